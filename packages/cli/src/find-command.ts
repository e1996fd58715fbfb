import type { Failure } from "@breakwater/core";
import type { CommandSpec } from "./command-spec.ts";
import { usageFailures } from "./errors/usage-failure.ts";
import { globalOptionOf } from "./global-option.ts";

/** What a command line asks for: a command with the words left for it, or the members of a family. */
export type FoundCommand =
  | { readonly kind: "command"; readonly spec: CommandSpec; readonly words: readonly string[] }
  | {
      readonly kind: "family";
      readonly name: string;
      readonly members: readonly CommandSpec[];
      readonly words: readonly string[];
    }
  | { readonly kind: "none"; readonly words: readonly string[] }
  | { readonly kind: "unknown"; readonly failure: Failure };

/** Finds the command of a command line; global options before its name go to the words after it. */
export function findCommand(specs: readonly CommandSpec[], argv: readonly string[]): FoundCommand {
  const { leading, rest } = splitLeading(argv);
  const [first, second] = rest;
  if (first === undefined) return { kind: "none", words: leading };
  if (first.startsWith("-")) return { kind: "unknown", failure: strayOption(first) };
  const pair = specs.find((spec) => spec.name === `${first} ${second}`);
  if (pair !== undefined) return { kind: "command", spec: pair, words: [...leading, ...rest.slice(2)] };
  const sentence = specs.find((spec) => spec.name === SENTENCES[first]);
  if (sentence !== undefined && second !== undefined && /\s/.test(second))
    return { kind: "command", spec: sentence, words: [...leading, ...rest.slice(1)] };
  const single = specs.find((spec) => spec.name === first);
  if (single !== undefined) return { kind: "command", spec: single, words: [...leading, ...rest.slice(1)] };
  return familyOrUnknown(specs, { first, second, words: [...leading, ...rest.slice(1)] });
}

/** Families that take a sentence in place of a member: what it is handed to. */
const SENTENCES: Readonly<Partial<Record<string, string>>> = { plan: "plan draft" };

function familyOrUnknown(
  specs: readonly CommandSpec[],
  words: { readonly first: string; readonly second: string | undefined; readonly words: readonly string[] },
): FoundCommand {
  const { first, second } = words;
  const members = specs.filter((spec) => spec.name.startsWith(`${first} `));
  const names = specs.filter((spec) => spec.hidden !== true).map((spec) => spec.name);
  if (members.length === 0) {
    const known = [...new Set(names.map((name) => name.split(" ")[0] ?? ""))];
    return { kind: "unknown", failure: usageFailures.unknownCommand(first, known) };
  }
  if (second === undefined || second.startsWith("-")) {
    return { kind: "family", name: first, members, words: words.words };
  }
  const family = names.filter((name) => name.startsWith(`${first} `));
  return { kind: "unknown", failure: usageFailures.unknownCommand(`${first} ${second}`, family) };
}

function splitLeading(argv: readonly string[]): {
  readonly leading: readonly string[];
  readonly rest: readonly string[];
} {
  let at = 0;
  while (at < argv.length) {
    const token = argv[at] ?? "";
    const option = globalOptionOf(token);
    if (option === undefined) break;
    at += option.value === undefined || token.includes("=") ? 1 : 2;
  }
  return { leading: argv.slice(0, at), rest: argv.slice(at) };
}

function strayOption(token: string): Failure {
  return usageFailures.unknownOption(token, ["version", "help", "output", "json", "cwd"], "breakwater");
}
