import type { BlockedRule } from "./blocked-command.ts";

/** Programs a command started, and the queries it sent. */
export type Executed = {
  readonly executed: readonly (readonly string[])[];
  readonly queries: readonly string[];
};

/**
 * The rules of a command policy that a command meets.
 *
 * A rule is a program and words that must all occur in its arguments, in order, global options between them
 * allowed: clusters are taken apart, long options may be shortened. A pattern whose first word no program has is
 * looked for in queries and in arguments, whatever its case and blanks.
 */
export function matchBlocked(rules: readonly BlockedRule[], found: Executed): readonly BlockedRule[] {
  return rules.filter((rule) => {
    const words = rule.pattern.trim().split(/\s+/);
    return (
      found.executed.some((argv) => meets(words, argv)) ||
      (isQuery(words) && found.queries.some((query) => holds(words, query)))
    );
  });
}

function meets(words: readonly string[], argv: readonly string[]): boolean {
  const [program = "", ...rest] = words;
  const name = argv[0]?.slice((argv[0]?.lastIndexOf("/") ?? -1) + 1);
  if (name !== program) return false;
  const args = argv.slice(1);
  const plain = rest.filter((word) => !word.startsWith("-"));
  const options = rest.filter((word) => word.startsWith("-"));
  return inOrder(plain, args) && options.every((option) => hasOption(option, args));
}

function inOrder(words: readonly string[], args: readonly string[]): boolean {
  let at = 0;
  for (const arg of args) if (at < words.length && arg === words[at]) at += 1;
  return at === words.length;
}

function hasOption(option: string, args: readonly string[]): boolean {
  if (option === "--") return args.includes("--");
  if (option.startsWith("--")) {
    return args.some((arg) => {
      const name = arg.split("=")[0] ?? "";
      const shortened = name.length > 3 && name.startsWith("--") && !WHOLE.has(name);
      return name === option || (shortened && option.startsWith(name));
    });
  }
  return Array.from(option.slice(1)).every((letter) =>
    args.some(
      (arg) =>
        (/^-[A-Za-z]+$/.test(arg) && arg.includes(letter)) ||
        LONG_NAMES[letter]?.includes(arg) === true ||
        (letter === "r" && /^-[a-z]*R/.test(arg)),
    ),
  );
}

/** Options that are also the beginning of longer ones, and mean themselves. */
const WHOLE: ReadonlySet<string> = new Set(["--force"]);

/** The long names of the letters that a policy usually speaks of. */
const LONG_NAMES: Readonly<Record<string, readonly string[]>> = {
  r: ["--recursive"],
  f: ["--force"],
  d: ["--delete", "-D"],
  n: ["--dry-run", "--no-verify"],
};

function isQuery(words: readonly string[]): boolean {
  return words.length > 1 && /^[A-Za-z]+$/.test(words[0] ?? "");
}

function holds(words: readonly string[], query: string): boolean {
  return query.toLowerCase().split(/\s+/).join(" ").includes(words.join(" ").toLowerCase());
}
