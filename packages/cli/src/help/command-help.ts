import type { ArgumentSpec, CommandSpec, OptionSpec } from "../command-spec.ts";
import { GLOBAL_OPTIONS } from "../global-option.ts";

/** The help of one command: usage, summary, examples, then what it takes. */
export function commandHelp(spec: CommandSpec): string {
  const lines = [
    `usage: ${usageOf(spec)}`,
    "",
    `${spec.summary}.`,
    ...section(
      "examples",
      (spec.examples ?? []).map(({ line, note }) => [line, note]),
    ),
    ...section(
      "arguments",
      (spec.arguments ?? []).map((each) => [placeholder(each), described(each)]),
    ),
    ...section(
      "options",
      visible(spec.options ?? []).map((each) => [written(each), described(each)]),
    ),
    ...section(
      "for every command",
      visible(GLOBAL_OPTIONS).map((each) => [written(each), described(each)]),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** The help of a family such as `plan`: its members. */
export function familyHelp(name: string, members: readonly CommandSpec[]): string {
  const shown = members.filter((spec) => spec.hidden !== true);
  const lines = [
    `usage: breakwater ${name} ${shown.map((spec) => spec.name.split(" ")[1] ?? "").join("|")}`,
    ...section(
      "commands",
      shown.map((spec) => [spec.name, spec.summary]),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** How a command is called, on one line. */
export function usageOf(spec: CommandSpec): string {
  const parts = (spec.arguments ?? []).map(placeholder);
  const options = visible(spec.options ?? []).length === 0 ? [] : ["[options]"];
  return ["breakwater", spec.name, ...parts, ...options].join(" ");
}

function placeholder({ name, optional, rest }: ArgumentSpec): string {
  const word = `${name.toUpperCase()}${rest === true ? "…" : ""}`;
  return optional === true ? `[${word}]` : word;
}

function written({ name, short, value }: OptionSpec): string {
  const dashed = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return value === undefined ? dashed : `${dashed} ${value}`;
}

function described({ summary, choices }: Pick<OptionSpec, "summary" | "choices">): string {
  return choices === undefined ? summary : `${summary}: ${choices.join(", ")}`;
}

function visible(options: readonly OptionSpec[]): readonly OptionSpec[] {
  return options.filter((option) => option.hidden !== true);
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.min(36, Math.max(...rows.map(([left]) => left.length)));
  return ["", title, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())];
}
