import type { CommandContext } from "./command-context.ts";
import type { CommandInput } from "./command-input.ts";
import type { ExitCode } from "./exit-code.ts";

/** The headings under which `--help` lists commands, in this order. */
export const COMMAND_GROUPS = {
  start: "Start here",
  run: "Run a session",
  plan: "Plans and scopes",
  look: "Look closer",
  care: "Set up and tidy",
} as const;

export type CommandGroup = keyof typeof COMMAND_GROUPS;

/**
 * What a command is called and takes, without what it does: help, completions and parsing follow from it.
 * `name` is one word, or two for a command below another (`plan lint`).
 */
export type CommandShape = {
  readonly name: string;
  /** One line for lists, without a full stop. */
  readonly summary: string;
  readonly group: CommandGroup;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples?: readonly CommandExample[];
  /** Left out of help and completions; for entries that programs call. */
  readonly hidden?: boolean;
  /** What follows the name is not parsed: all of it is the argument `rest`. For wrappers and raw entries. */
  readonly raw?: boolean;
};

/** A command. A spec is loaded at nearly every start, so it imports nothing but types; `load` brings the rest. */
export type CommandSpec = CommandShape & { readonly load: () => Promise<CommandModule> };

/** What `run.ts` of a command exports; it is called once per process. A rejection is a fault of ours. */
export type CommandModule = {
  readonly run: (input: CommandInput, context: CommandContext) => Promise<ExitCode>;
};

/** A positional argument; only the last one may take the `rest`. */
export type ArgumentSpec = {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  readonly rest?: boolean;
  /** The only accepted values. */
  readonly choices?: readonly string[];
  readonly complete?: Completion;
};

/** A long option; without `value` it is a flag. */
export type OptionSpec = {
  /** Without the leading dashes. A flag that begins with `no-` is read as any other: `flag("no-input")`. */
  readonly name: string;
  readonly short?: string;
  readonly summary: string;
  /** The placeholder of its value, as in `--model NAME`. */
  readonly value?: string;
  /** May be given several times: `input.list(name)`. */
  readonly repeat?: boolean;
  /** With `repeat`: each use takes all words up to the next option or `--`. */
  readonly several?: boolean;
  readonly choices?: readonly string[];
  /** The value is a whole number of at least this: `input.number(name)`. */
  readonly atLeast?: number;
  readonly complete?: Completion;
  readonly hidden?: boolean;
};

/** What a shell offers for a value; the rest of the kinds are not known without the programme. */
export type Completion = "file" | "folder" | "none";

export type CommandExample = { readonly line: string; readonly note: string };
