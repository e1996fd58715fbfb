import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coversAll, coversGlob } from "./glob-cover.ts";
import { intersectGlobs } from "./glob-intersect.ts";
import { matchGlob } from "./glob-match.ts";
import { globBelow, globOfFile, parseGlob, type Glob } from "./glob.ts";

const globOf = (entry: string): Glob => {
  const glob = parseGlob(entry);
  if (!glob.ok) throw new Error(glob.failure.message);
  return glob.value;
};
const meet = (left: string, right: string) => intersectGlobs(globOf(left), globOf(right));

const NAMES = ["a", "b", "ab", "ba", "aa", ".a", "a.b", "..."];
/** Every path of up to three names from a small alphabet. */
const FILES = NAMES.flatMap((one) => [
  one,
  ...NAMES.flatMap((two) => [`${one}/${two}`, ...["a", "b", "ab"].map((three) => `${one}/${two}/${three}`)]),
]);

const piece = fc.constantFrom("a", "b", "a", "b", ".", "*", "?", "{a,b}", "{,a}", "{a*,b?}");
const segment = fc.oneof(
  { weight: 1, arbitrary: fc.constant("**") },
  { weight: 3, arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join("")) },
);
const glob = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"))
  .filter((text) => parseGlob(text).ok)
  .map(globOf);

describe("intersectGlobs", () => {
  it.each([
    ["src/**", "src/*.ts", "src/a.ts"],
    ["**/*.test.ts", "src/limit/**", "src/limit/a.test.ts"],
    ["src/{a,b}/x", "src/b/*", "src/b/x"],
    ["src/a.ts", "src/*", "src/a.ts"],
    ["a/**/z", "a/b/**", "a/b/z"],
    ["x*y", "xy", "xy"],
  ])("finds a readable path that %s and %s both match", (left, right, witness) => {
    expect(meet(left, right)).toEqual({ meets: true, witness });
  });

  it.each([
    ["src/*.ts", "*.ts"],
    ["src/**", "src"],
    ["**/*.ts", "docs/*.md"],
    ["a/*/c", "a/**/d"],
    ["a?", "a"],
    [".*", "?"],
    ["..?", "*?/x"],
    ["SRC/**", "src/**"],
    [".*/x", "?/x"],
    ["a/{,b}/x", "a/{,c}/x"],
  ])("knows that %s and %s share no path", (left, right) => {
    expect(meet(left, right)).toEqual({ meets: false });
  });

  it("gives a witness that both match, and finds one whenever some file is matched by both", () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        const found = intersectGlobs(left, right);
        const shared = FILES.filter((file) => matchGlob(left, file) && matchGlob(right, file));
        const witnesses = found.meets ? [found.witness] : [];
        expect(witnesses.filter((file) => !matchGlob(left, file) || !matchGlob(right, file))).toEqual([]);
        expect(found.meets || shared.length === 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("does not depend on the order of the two", () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        expect(intersectGlobs(left, right).meets).toBe(intersectGlobs(right, left).meets);
      }),
      { numRuns: 500 },
    );
  });

  it("answers two hostile patterns at once", () => {
    const left = `${"*a".repeat(80)}*b`;
    const right = `${"a*".repeat(80)}*c`;
    expect(meet(left, right)).toEqual({ meets: false });
  });
});

describe("coversGlob", () => {
  it.each([
    ["**", "src/**/*.ts"],
    ["src/**", "src/a/{b,c}.ts"],
    ["src/**", "src/"],
    ["src/*", "src/*.ts"],
    ["**/*.ts", "src/**/x.ts"],
    ["src/{a,b}.ts", "src/a.ts"],
    ["?*", "*"],
    ["**/*", "**"],
    ["a/**/b", "a/b"],
  ])("%s covers %s", (wide, narrow) => expect(coversGlob(globOf(wide), globOf(narrow))).toBe(true));

  it.each([
    ["src/*.ts", "src/**"],
    ["src/**", "**"],
    ["src/a.ts", "src/*"],
    ["src/**", "src"],
    ["a/*/b", "a/**/b"],
    ["?", "*"],
  ])("%s does not cover %s", (wide, narrow) => expect(coversGlob(globOf(wide), globOf(narrow))).toBe(false));

  it("sees that several globs cover one together", () => {
    expect(coversAll([globOf("src/a*"), globOf("src/b/**"), globOf("src/b")], globOf("src/{abc,b}"))).toBe(
      true,
    );
    expect(coversAll([], globOf("a"))).toBe(false);
  });

  it("is never true where a file is matched by the narrow one alone, and true for a glob and itself", () => {
    fc.assert(
      fc.property(glob, glob, (wide, narrow) => {
        const missed = FILES.filter((file) => matchGlob(narrow, file) && !matchGlob(wide, file));
        expect(coversGlob(wide, narrow) && missed.length > 0).toBe(false);
        expect(coversGlob(narrow, narrow)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("is true where one glob is a choice of the other", () => {
    fc.assert(
      fc.property(fc.constantFrom("a", "b"), glob, (first, rest) => {
        expect(coversGlob(globOf(`{a,b}/${rest.source}`), globOf(`${first}/${rest.source}`))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("gives up with no rather than without end", () => {
    const wide = globOf(`*a${"?".repeat(60)}`);
    const narrow = globOf(`${"{a,b}".repeat(61)}a${"?".repeat(60)}x{a,b}`);
    expect(coversGlob(wide, narrow)).toBe(false);
  });
});

describe("globs made from paths", () => {
  it("take every character of the path for itself", () => {
    expect(matchGlob(globOfFile("a/{b,c}*.ts"), "a/{b,c}*.ts")).toBe(true);
    expect(matchGlob(globOfFile("a/*"), "a/b")).toBe(false);
    expect(coversGlob(globOf("{a,b}/**"), globBelow("{a,b}"))).toBe(false);
    expect(matchGlob(globBelow("a*"), "ab/c")).toBe(false);
    expect(matchGlob(globBelow("a*"), "a*/c")).toBe(true);
    expect(matchGlob(globBelow(""), "x/y")).toBe(true);
  });
});
