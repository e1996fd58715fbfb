import type { OptionSpec } from "../../command-spec.ts";
import type { CompletionRow, CompletionTable } from "./completion-table.ts";

/** Completions for fish. */
export function fishCompletions({ rows, heads, families }: CompletionTable): string {
  const lines = [
    "# breakwater completions for fish",
    "complete -c breakwater -f",
    ...heads.map((head) => {
      const summary = rows.find(({ name }) => name === head)?.summary ?? `commands of ${head}`;
      return `complete -c breakwater -n __fish_use_subcommand -a ${head} -d ${quoted(summary)}`;
    }),
    ...[...families].flatMap(([head, tails]) => tails.map((tail) => familyLine(head, tail, { rows, tails }))),
    ...rows.flatMap(rowLines),
  ];
  return `${lines.join("\n")}\n`;
}

function familyLine(
  head: string,
  tail: string,
  { rows, tails }: { readonly rows: readonly CompletionRow[]; readonly tails: readonly string[] },
): string {
  const summary = rows.find(({ name }) => name === `${head} ${tail}`)?.summary ?? "";
  const when = `__fish_seen_subcommand_from ${head}; and not __fish_seen_subcommand_from ${tails.join(" ")}`;
  return `complete -c breakwater -n ${quoted(when)} -a ${tail} -d ${quoted(summary)}`;
}

function rowLines({ name, options, words, files }: CompletionRow): readonly string[] {
  const seen = name
    .split(" ")
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join("; and ");
  const when = `complete -c breakwater -n ${quoted(seen)}`;
  return [
    ...(files ? [`${when} -F`] : []),
    ...(words.length > 0 ? [`${when} -a ${quoted(words.join(" "))}`] : []),
    ...options.map((option) => `${when} ${optionText(option)}`),
  ];
}

function optionText(option: OptionSpec): string {
  const short = option.short === undefined ? "" : ` -s ${option.short}`;
  const base = `-l ${option.name}${short} -d ${quoted(option.summary)}`;
  if (option.value === undefined) return base;
  if (option.choices !== undefined) return `${base} -x -a ${quoted(option.choices.join(" "))}`;
  return option.complete === "file" || option.complete === "folder" ? `${base} -r -F` : `${base} -x`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
