import type { Function as FunctionNode, ParsedScript } from "unbash";
import type { FileView } from "../file-view.ts";
import type { GuardContext, GuardPolicy } from "../policy.ts";
import type { RuleId } from "../rule/registry.ts";
import type { Finding } from "../verdict.ts";
import type { Arg } from "./arg.ts";
import type { Stream, Taint } from "./stream.ts";

/** What a shell remembers while its commands are followed; a subshell works on a copy. */
export type ShellState = {
  /** The possible values of each variable. */
  variables: Map<string, readonly string[]>;
  arrays: Map<string, readonly string[]>;
  aliases: Map<string, string>;
  functions: Map<string, FunctionNode>;
  /** What this command has written where (absolute path), for scripts that are run afterwards. */
  files: Map<string, Stream>;
  /** Absent where nobody has set them: what a script is called with cannot be seen. */
  positional: readonly string[] | undefined;
  /** Absolute, or `undefined` after a change of directory that cannot be seen. */
  directory: string | undefined;
  /** Above 0 an assignment adds a possible value instead of replacing. */
  branching: number;
};

/** What a program is started with. */
export type Call = {
  readonly program: string;
  readonly args: readonly Arg[];
  readonly stdin: Stream | undefined;
};

/** The shell that is being followed: its memory, what was found, and how to follow nested commands. */
export type Shell = {
  readonly policy: GuardPolicy;
  readonly view: FileView;
  readonly state: ShellState;
  readonly depth: number;
  readonly trace: Trace;
  /** Which of several possible values a variable has in this run of a command. */
  readonly choice?: Choice;
  /** Follows a text as a script of this shell; returns what it prints. */
  readonly run: (text: string, shell: Shell, stdin?: Stream) => Stream;
  /** Follows a script that is parsed already. */
  readonly follow: (script: ParsedScript, shell: Shell, stdin?: Stream) => Stream;
  /** Follows the body of a function that was called. */
  readonly call: (body: FunctionNode["body"], shell: Shell, stdin?: Stream) => Stream;
  /** Follows one program with its arguments. */
  readonly exec: (argv: readonly Arg[], shell: Shell, stdin?: Stream) => Stream;
};

/** Picks one combination of the possible values of variables; `width` is the number of combinations seen. */
export type Choice = { readonly index: number; width: number; readonly picked: Map<string, string> };

/** What one analysis has collected, shared by all nested shells. */
export type Trace = {
  readonly findings: Finding[];
  /** Each program that was found to run, unwrapped. */
  readonly executed: (readonly string[])[];
  /** SQL that was found to be sent to a database. */
  readonly queries: string[];
  /** Bodies of functions and names of aliases being followed. */
  readonly calling: Set<FunctionNode | string>;
  /** Where a substitution in the command being expanded got its text from. */
  tainted: Taint | undefined;
  /** How often each function has called itself. */
  readonly recursionCount: Map<string, number>;
  steps: number;
};

/** Judges one started program; returns what it prints, where that is known. */
export type Handler = (call: Call, shell: Shell) => Stream | undefined;

/** Records that a rule refuses what is being followed. */
export function deny(shell: Shell, rule: RuleId, step: string, path?: string): undefined {
  shell.trace.findings.push(
    path === undefined ? { decision: "deny", rule, step } : { decision: "deny", rule, step, path },
  );
}

/** Records that a person must look at what is being followed. */
export function ask(shell: Shell, rule: RuleId, step: string, path?: string): undefined {
  shell.trace.findings.push(
    path === undefined ? { decision: "ask", rule, step } : { decision: "ask", rule, step, path },
  );
}

/** A shell that forgets its changes: for pipelines, substitutions and subshells. */
export function subshell(shell: Shell): Shell {
  const { state } = shell;
  return {
    ...shell,
    state: {
      ...state,
      variables: new Map(state.variables),
      arrays: new Map(state.arrays),
      aliases: new Map(state.aliases),
      functions: new Map(state.functions),
    },
  };
}

/** The context in which paths of this shell are judged. */
export function contextOf(shell: Shell): GuardContext {
  return { policy: shell.policy, view: shell.view };
}
