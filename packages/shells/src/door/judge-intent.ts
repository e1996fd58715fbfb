import type { ToolIntent } from "@breakwater/agents";
import {
  type GuardContext,
  judgeToolCall,
  type RuleId,
  type ToolCall,
  toolKindOf,
  type Verdict,
} from "@breakwater/guard";
import { placeOf } from "./place.ts";

/** Why a tool call should not run. Both texts are ours, but for names that the agent chose. */
export type Objection = {
  /** `guard:` and the guard's rule, or `door:` and a rule of the door itself. */
  readonly rule: string;
  /** As the agent wrote it, but relative to the workspace inside; empty where the objection is about no path. */
  readonly path: string;
  readonly forAgent: string;
  readonly forPerson: string;
  /** No audit would see what the call does, so no enforcement lets it through. */
  readonly final: boolean;
};

/** The most text of one call that is judged, in characters. */
export const MOST_CALL_TEXT = 1024 * 1024;
/** The longest command that is judged, in characters. */
export const MOST_COMMAND = 64 * 1024;

/**
 * Everything that speaks against a tool call, worst first; empty where nothing does. The call is judged by its
 * name and input where the guard knows the tool, and besides by the paths and the command that the adapter
 * read out of it. A read-only task writes nothing with a file tool, scratch included.
 */
export function judgeIntent(intent: ToolIntent, context: GuardContext): readonly Objection[] {
  const size = oversize(intent);
  if (size !== undefined) return [size];
  const writes = writesFiles(intent);
  if (writes && intent.input === undefined && intent.paths.length === 0) return [unnamed(intent)];
  const found = callsOf(intent).flatMap((call) => objectionsTo(judgeToolCall(call, context), context));
  if (writes && found.length === 0 && context.policy.grant.kind === "read-only") return [readOnly(intent)];
  const apart = new Map(found.map((each) => [`${each.rule} ${each.path}`, each]));
  return [...apart.values()].toSorted((one, other) => Number(other.final) - Number(one.final));
}

function oversize(intent: ToolIntent): Objection | undefined {
  const long = (intent.command?.length ?? 0) > MOST_COMMAND;
  if (!long && JSON.stringify([intent.input, intent.paths, intent.tool]).length <= MOST_CALL_TEXT)
    return undefined;
  return {
    rule: "door:oversize",
    path: "",
    forAgent: "The call is too large to judge. Use several smaller calls.",
    forPerson: `A call of ${nameOf(intent)} was too large to judge.`,
    final: true,
  };
}

/** The calls that the guard is asked about; any of them may refuse. */
function callsOf(intent: ToolIntent): readonly ToolCall[] {
  const { tool, input, directory } = intent;
  const known = toolKindOf(tool).kind;
  const at = directory === undefined ? {} : { directory };
  const named: readonly ToolCall[] =
    input !== undefined && saysMore(intent, input) ? [{ tool, input, ...at }] : [];
  const each = (name: string): readonly ToolCall[] =>
    intent.paths.map((path) => ({ tool: name, input: { file_path: path }, ...at }));
  switch (intent.kind) {
    case "exec":
      return execCalls(intent, known === "shell" ? named : [], at);
    case "read":
      return [...named, ...each("Read")];
    case "net":
      return named;
    case "write":
    case "delete":
      return [...named, ...each("Write")];
    case "spawn":
      return [{ tool: "Task", input: input ?? {} }];
    case "mcp":
    case "other": {
      const byPath = known !== "unknown" && intent.paths.length > 0;
      const byName = named.length > 0 || byPath ? named : [{ tool, input: {} }];
      return [...byName, ...each(known === "read" ? "Read" : "Write")];
    }
  }
}

/**
 * Whether the guard can tell from name and input what the call does. An adapter may pass on an input without
 * the path or the command, because it names them itself; then those are judged alone.
 */
function saysMore({ tool, paths, command }: ToolIntent, input: NonNullable<ToolIntent["input"]>): boolean {
  const known = toolKindOf(tool);
  if (known.kind === "unknown") return false;
  const named = paths.length > 0 || command !== undefined;
  return !named || !("fields" in known) || known.fields.some((field) => input[field] !== undefined);
}

/** A command without a text is refused by the guard as a call that holds none. */
function execCalls(
  { command, input }: ToolIntent,
  named: readonly ToolCall[],
  at: Pick<ToolCall, "directory">,
): readonly ToolCall[] {
  if (command === undefined || command.trim() === "")
    return named.length > 0 ? named : [{ tool: "Bash", input: {} }];
  const repeated = named.length > 0 && input?.["command"] === command;
  return repeated ? named : [...named, { tool: "Bash", input: { command }, ...at }];
}

function objectionsTo(verdict: Verdict, { policy }: GuardContext): readonly Objection[] {
  if (verdict.decision === "allow") return [];
  const { rule, forPerson, paths } = verdict;
  const [path = ""] = paths;
  const outside = paths.some((each) => landsOutside(each, policy.root, policy.tmp));
  return [
    {
      rule: `guard:${rule}`,
      path: shownPath(path, policy.root),
      forAgent: verdict.forAgent,
      forPerson,
      final: UNSEEN.has(rule) || outside,
    },
  ];
}

function shownPath(path: string, workspace: string): string {
  return path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path;
}

/** Rules about effects that are in no tree: neither the audit nor a merge would ever meet them. */
const UNSEEN: ReadonlySet<RuleId> = new Set<RuleId>([
  "absolute",
  "git-internals",
  "git-commit",
  "git-push",
  "remote-exec",
  "privilege",
  "system-destroy",
  "db-cloud-destroy",
  "publish",
  "hook-tamper",
  "secrets-read",
]);

function landsOutside(path: string, workspace: string, scratch: string): boolean {
  if (/^[~$]/u.test(path)) return true;
  return placeOf(path, workspace).kind === "outside" && !path.startsWith(`${scratch}/`);
}

function writesFiles({ kind, tool }: ToolIntent): boolean {
  const known = toolKindOf(tool).kind;
  return kind === "write" || kind === "delete" || known === "write" || known === "patch";
}

function readOnly(intent: ToolIntent): Objection {
  return {
    rule: "door:read-only",
    path: intent.paths[0] ?? "",
    forAgent: "This task only reads. Report what you found instead of writing it.",
    forPerson: "A task that only reads tried to write a file.",
    final: false,
  };
}

function unnamed(intent: ToolIntent): Objection {
  return {
    rule: "door:no-path",
    path: "",
    forAgent: "The call does not say which file it changes. Name the file.",
    forPerson: `A call of ${nameOf(intent)} does not say which file it changes.`,
    final: false,
  };
}

function nameOf({ tool }: ToolIntent): string {
  return JSON.stringify(tool.slice(0, 60));
}
