import { COMMAND_GROUPS } from "../command-spec.ts";
import type { CommandGroup, CommandSpec } from "../command-spec.ts";

const INTRODUCTION = "breakwater runs waves of coding agents over an agreed plan.";

export type HelpLength = "short" | "full";

/** The help of the programme: `short` fits 24 lines, `full` begins with examples and describes every command. */
export function helpText(specs: readonly CommandSpec[], size: HelpLength): string {
  const lines = size === "short" ? shortHelp(specs) : fullHelp(specs);
  return `${lines.join("\n")}\n`;
}

const EXAMPLES = [
  ["breakwater demo", "see it work, without a key or a network"],
  ["breakwater init", "make a repository ready"],
  ["breakwater plan lint plans/x.plan.md", "check a plan"],
  ["breakwater go plans/x.plan.md", "run it"],
] as const;

function shortHelp(specs: readonly CommandSpec[]): readonly string[] {
  const groups = groupsOf(specs).flatMap(([group, members]) =>
    wrapped(`  ${COMMAND_GROUPS[group].padEnd(18)}`, familyNames(members)),
  );
  return [
    INTRODUCTION,
    "",
    "usage: breakwater COMMAND [options]",
    "",
    ...groups,
    "",
    "breakwater --help describes them, breakwater help COMMAND describes one.",
  ];
}

function fullHelp(specs: readonly CommandSpec[]): readonly string[] {
  const commands = groupsOf(specs).flatMap(([group, members]) => [
    "",
    COMMAND_GROUPS[group],
    ...members.map((spec) => `  ${spec.name.padEnd(18)} ${spec.summary}`),
  ]);
  return [
    INTRODUCTION,
    "",
    "examples",
    ...EXAMPLES.map(([line, note]) => `  ${line.padEnd(38)} ${note}`),
    ...commands,
    "",
    "For every command: --output auto|tty|plain|json|quiet, --json, --color auto|always|never,",
    "--ascii, --no-input, --cwd FOLDER, --platform claude|codex|cursor|none, --help.",
    "Exit codes: breakwater help exit-codes. An error code: breakwater explain BW203.",
  ];
}

function groupsOf(
  specs: readonly CommandSpec[],
): readonly (readonly [CommandGroup, readonly CommandSpec[]])[] {
  const shown = specs.filter((spec) => spec.hidden !== true);
  return groupNames.flatMap((group): readonly (readonly [CommandGroup, readonly CommandSpec[]])[] => {
    const members = shown.filter((spec) => spec.group === group);
    return members.length === 0 ? [] : [[group, members]];
  });
}

const groupNames: readonly CommandGroup[] = ["start", "run", "plan", "look", "care"];

/** `plan lint` and `plan show` become `plan lint|show`. */
function familyNames(members: readonly CommandSpec[]): readonly string[] {
  const families = new Map<string, string[]>();
  for (const { name } of members) {
    const [first = "", second] = name.split(" ");
    const family = families.get(first) ?? [];
    if (second !== undefined) family.push(second);
    families.set(first, family);
  }
  return [...families].map(([first, rest]) => (rest.length === 0 ? first : `${first} ${rest.join("|")}`));
}

const widest = 79;

function wrapped(heading: string, words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = heading;
  for (const [at, word] of words.entries()) {
    const piece = at === words.length - 1 ? word : `${word}, `;
    if ((line + piece).trimEnd().length > widest) {
      lines.push(line.trimEnd());
      line = " ".repeat(heading.length);
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}
