import { nearMatch, plainLine } from "@breakwater/core";
import type { Failure } from "@breakwater/core";

/** What is wrong with a command line; all of these end with exit code 2. */
export const usageFailures = {
  unknownCommand: (word: string, names: readonly string[]): Failure => ({
    code: "BW010",
    message: `there is no command "${plainLine(word, 80)}"`,
    fix: suggestion(word, names, (name) => `breakwater ${name}`) ?? "breakwater --help lists the commands",
  }),
  unknownOption: (word: string, names: readonly string[], command: string): Failure => ({
    code: "BW011",
    message: `${command} has no option ${plainLine(word, 80)}`,
    fix:
      suggestion(word.replace(/^-+/, ""), names, (name) => `--${name}`) ??
      `${command} --help lists the options`,
  }),
  badArguments: (message: string, command: string): Failure => ({
    code: "BW012",
    message: plainLine(message),
    fix: `${command} --help shows what it takes`,
  }),
  badValue: (name: string, value: string, expected: readonly string[]): Failure => ({
    code: "BW013",
    message: `${name} cannot be "${plainLine(value, 80)}"`,
    fix: suggestion(value, expected, (each) => `${name} ${each}`) ?? `use one of ${expected.join(", ")}`,
  }),
  badNumber: (name: string, value: string, least: number): Failure => ({
    code: "BW013",
    message: `${name} cannot be "${plainLine(value, 80)}"`,
    fix: `give a whole number of at least ${least}`,
  }),
  noFolder: (folder: string): Failure => ({
    code: "BW014",
    message: `--cwd names ${plainLine(folder)}, which is no folder`,
    fix: "name a folder that exists",
  }),
} as const;

function suggestion(
  word: string,
  names: readonly string[],
  show: (name: string) => string,
): string | undefined {
  const meant = nearMatch(word, names);
  return meant === undefined ? undefined : `did you mean ${show(meant)}?`;
}
