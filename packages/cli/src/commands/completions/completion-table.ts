import type { CommandSpec, OptionSpec } from "../../command-spec.ts";
import { GLOBAL_OPTIONS } from "../../global-option.ts";

/** A command as completions see it. `words` are what its first argument may be, beside files. */
export type CompletionRow = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly words: readonly string[];
  readonly files: boolean;
};

export type CompletionTable = {
  readonly rows: readonly CompletionRow[];
  /** The first words of all commands, and the second words of each family. */
  readonly heads: readonly string[];
  readonly families: ReadonlyMap<string, readonly string[]>;
};

/** What there is to complete: every command that is not hidden, with its own and the global options. */
export function completionTable(specs: readonly CommandSpec[]): CompletionTable {
  const shown = specs.filter((spec) => spec.hidden !== true);
  const families = new Map<string, string[]>();
  for (const { name } of shown) {
    const [head = "", tail] = name.split(" ");
    if (tail !== undefined) families.set(head, [...(families.get(head) ?? []), tail]);
  }
  return {
    rows: shown.map(rowOf),
    heads: [...new Set(shown.map(({ name }) => name.split(" ")[0] ?? ""))],
    families,
  };
}

function rowOf(spec: CommandSpec): CompletionRow {
  const [first] = spec.arguments ?? [];
  return {
    name: spec.name,
    summary: spec.summary,
    options: [...(spec.options ?? []), ...GLOBAL_OPTIONS].filter((option) => option.hidden !== true),
    words: first?.choices ?? [],
    files: first?.complete === "file" || first?.complete === "folder",
  };
}
