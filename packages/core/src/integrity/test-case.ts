/**
 * One test as its text shows it. `exact` counts assertions that compare with something, `vague` those that
 * only ask whether there is anything. Assertions that hold whatever the code does count as neither.
 */
export type TestCase = {
  readonly title: string;
  readonly skipped: boolean;
  readonly focused: boolean;
  readonly exact: number;
  readonly vague: number;
  /** True where failures of the test's own assertions are caught and dropped. */
  readonly swallows: boolean;
  /** The lines of the body without comments and blanks, for telling removal from rewriting. */
  readonly lines: readonly string[];
};

/** What counts as an assertion in one language; each pattern has the flag `g` and is used on masked text. */
export type AssertionWords = {
  readonly any: RegExp;
  readonly vague: RegExp;
  readonly empty: RegExp;
  readonly swallow: RegExp;
};

/** Reads what a body asserts; `plain` has comments blanked, `masked` strings too. */
export function bodyFacts(
  masked: string,
  plain: string,
  words: AssertionWords,
): Pick<TestCase, "exact" | "vague" | "swallows" | "lines"> {
  const real = squeezed(masked).replace(words.empty, "");
  const count = (pattern: RegExp): number => real.match(pattern)?.length ?? 0;
  const [any, vague] = [count(words.any), count(words.vague)];
  return {
    exact: Math.max(0, any - vague),
    vague: Math.min(any, vague),
    swallows: count(words.swallow) > 0,
    lines: linesOf(plain),
  };
}

/** The most tests of a file that are looked at, and the most text of one: what is hostile stays cheap. */
export const MOST_TESTS = 2_000;
export const LONGEST_BODY = 20_000;

/** Text without the blanks that no meaning depends on, so that a pattern never walks through a desert of them. */
export function squeezed(text: string): string {
  return linesOf(text)
    .join("\n")
    .replace(/[ \t]{2,}/g, " ");
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
