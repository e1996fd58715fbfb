import { expect, test } from "vitest";
import { predecessorMatches } from "./predecessor-glob.ts";

test.each<[string, string, boolean]>([
  ["!src/a.ts", "src/a.ts", false],
  ["**/*.test.*", "a.test.ts", true],
  ["**/*.test.*", "x/y/a.test.ts", true],
  ["**/*", "a/b/c", true],
  ["**/*", "a", true],
  ["**/__tests__/**", "__tests__/a", true],
  ["**/__tests__/**", "p/__tests__/a/b", true],
  ["**/a", "x/y/a", true],
  ["**", "a/b", true],
  ["**", "a", true],
  ["*", "a/b", false],
  ["*", "a", true],
  ["./src/a.ts", "src/a.ts", true],
  ["", "a", false],
  ["a.b", "axb", false],
  ["src/**/", "src/a/b", false],
  ["src/**/a/**/b", "src/a/b", true],
  ["src/**/a/**/b", "src/x/a/y/z/b", true],
  ["src/**/x.ts", "src/a/b/x.ts", true],
  ["src/**/x.ts", "src/x.ts", true],
  ["src/**", "src/a/b", true],
  ["src/**", "src/a", true],
  ["src/**", "src", false],
  ["src/*.ts", "src/.a.ts", true],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/b/a.ts", false],
  ["src/*/", "src/a/b", false],
  ["src/*", "src/a/b", false],
  ["src/[ab].ts", "src/a.ts", false],
  ["src/[id]/p.ts", "src/[id]/p.ts", true],
  ["src/", "src/a.ts", true],
  ["src/", "src", false],
  ["src/", "srcx/a", false],
  ["src/a+b.ts", "src/a+b.ts", true],
  ["src/a.ts", "src/A.ts", false],
  ["src/a?.ts", "src/ab.ts", false],
  ["src/{a,b}.ts", "src/a.ts", false],
  ["src", "src/a", false],
  ["a*b*c", "aXbYc", true],
  ["a*b*c", "abc", true],
  ["a*bc*c", "abc", false],
])("the entry %j says %j of %s", (entry, path, matches) => {
  expect(predecessorMatches(entry, path)).toBe(matches);
});

test("entries with many stars against long paths are answered, not tried one way after the other", () => {
  expect(predecessorMatches(`${"**/".repeat(200)}x`, `${"a/".repeat(200)}y`)).toBe(false);
  expect(predecessorMatches(`${"*a".repeat(200)}b`, "a".repeat(5_000))).toBe(false);
});
