import * as fc from "fast-check";
import { minimatch } from "minimatch";
import { describe, expect, it } from "vitest";
import { matchGlob, matchesName } from "./glob-match.ts";
import { isDirectoryShaped, literalPathOf, parseGlob, staticPrefix, type Glob } from "./glob.ts";

const globOf = (entry: string): Glob => {
  const glob = parseGlob(entry);
  if (!glob.ok) throw new Error(glob.failure.message);
  return glob.value;
};
const matches = (entry: string, path: string): boolean => matchGlob(globOf(entry), path);
const ORACLE = { dot: true, noext: true, nonegate: true, nocomment: true } as const;

describe("a glob matches paths by segments", () => {
  it.each([
    ["**/*.test.*", "a.test.ts"],
    ["**/*.test.*", "x/y/a.test.ts"],
    ["**/*", "a/b/c"],
    ["**", "a"],
    ["**", "a/b"],
    ["**/__tests__/**", "p/__tests__/a/b"],
    ["**/a", "x/y/a"],
    ["*", "a"],
    ["src/**/a/**/b", "src/a/b"],
    ["src/**/a/**/b", "src/x/a/y/z/b"],
    ["src/**/x.ts", "src/x.ts"],
    ["src/**", "src/a/b"],
    ["src/**", "src/.x/.env"],
    ["src/*.ts", "src/.a.ts"],
    ["src/", "src/a/b.ts"],
    ["src/*/", "src/a/b"],
    ["src/a+b.ts", "src/a+b.ts"],
    ["src/a?.ts", "src/ab.ts"],
    ["src/a?.ts", "src/a\u{1F642}.ts"],
    ["src/{a,b}.ts", "src/b.ts"],
    ["x{,.test}.ts", "x.ts"],
    ["x{,.test}.ts", "x.test.ts"],
    ["{*.ts,?.js}", "long.ts"],
    ["a//b/./c", "a/b/c"],
    ["./src/a.ts", "src/a.ts"],
    ["a**b", "axxb"],
    ["{{name}}/x", "{{name}}/x"],
    ["src/{id}.ts", "src/{id}.ts"],
  ])("%s matches %s", (entry, path) => expect(matches(entry, path)).toBe(true));

  it.each([
    ["a.b", "axb"],
    ["*", "a/b"],
    ["src/**", "src"],
    ["src/**", "srcx/a"],
    ["src/", "src"],
    ["src/*", "src/a/b"],
    ["src/*.ts", "src/b/a.ts"],
    ["src/a.ts", "src/A.ts"],
    ["src", "src/a"],
    ["src/a?.ts", "src/a/.ts"],
    ["package.json", "x/package.json"],
    ["src/**", "src/../package.json"],
    ["**", "../secret"],
    ["**", "/etc/passwd"],
    ["src/**", "src/a\nb.ts"],
    ["src/**", "src/\u202Eab.ts"],
    ["src/**", "src/\u2025/web"],
    ["src/**", "src/a\\b.ts"],
    ["src/**", "src//b.ts"],
    ["src/**", "src/"],
    ["src/cafe\u0301/**", "src/caf\u00E9/x.ts"],
    ["a**b", "a/b"],
    [".*", "anything.ts"],
  ])("%s does not match %s", (entry, path) => expect(matches(entry, path)).toBe(false));
});

describe("an entry that cannot be read is refused with its reason and a fix", () => {
  it.each([
    ["", "is empty"],
    ["   ", "is empty"],
    ["!src/**", 'contains "!" at character 1'],
    ["src/[!b].ts", 'contains "!" at character 6'],
    ["src\\**", "contains \\ at character 4"],
    ["../x/**", "leads out of its folder"],
    ["src/api/../web/**", "leads out of its folder"],
    ["a/.{.,x}/b", "leads out of its folder"],
    ["a/{,}/b", "names no file"],
    ["a/.{,*}.", "leads out of its folder"],
    ["/etc/**", 'begins with "/"'],
    ["a\nb", "U+000A at character 2"],
    ["\u{1F642}\u0000", "U+0000 at character 2"],
    ["src/\u200Ba", "U+200B at character 5"],
    ["src\uFF0Fa", "reads as / at character 4"],
    [".", "names no file"],
    ["./", "names no file"],
    ["{a,{b,c}}", 'has "{" inside "{ }"'],
    ["{a/b,c}", 'has "/" inside "{ }"'],
    ["src/{a,b", 'has "{" without "}"'],
  ])("%j", (entry, reason) => {
    const glob = parseGlob(entry);
    expect(glob.ok).toBe(false);
    if (glob.ok) return;
    expect(glob.failure.code).toBe("BW210");
    expect(glob.failure.message).toContain(reason);
    expect(glob.failure.fix).not.toBe("");
  });

  it("shows invisible characters of the entry as numbers, so that a terminal cannot be written to", () => {
    const glob = parseGlob("a\u001B[2J");
    expect(glob.ok ? "" : glob.failure.message).toBe(
      'the scope entry "a\\u{1b}[2J" contains the invisible character U+001B at character 2',
    );
  });
});

describe("the shape of a glob tells a wall what it can hold", () => {
  it.each([
    ["src/limit/**", "src/limit", true, undefined],
    ["src/limit/", "src/limit", true, undefined],
    ["src/**/", "src", true, undefined],
    ["src/**/**", "src", true, undefined],
    ["src/**/*", "src", true, undefined],
    ["**", "", true, undefined],
    ["src/*/", "src", false, undefined],
    ["src/**/*.ts", "src", false, undefined],
    ["src/lim*/a.ts", "src", false, undefined],
    ["src/a.ts", "src/a.ts", false, "src/a.ts"],
    ["app/[id]/page.tsx", "app/[id]/page.tsx", false, "app/[id]/page.tsx"],
    ["a/{b,c}/d", "a", false, undefined],
  ])("%s", (entry, prefix, folder, literal) => {
    const glob = globOf(entry);
    expect([staticPrefix(glob), isDirectoryShaped(glob), literalPathOf(glob)]).toEqual([
      prefix,
      folder,
      literal,
    ]);
  });
});

const name = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 4 });
const realName = name.filter((text) => text !== "." && text !== "..");
const path = fc.array(realName, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const choice = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 2 }), {
  minLength: 2,
  maxLength: 3,
});
const piece = fc.oneof(
  fc.constantFrom("a", "b", ".", "a", "b", "*", "?"),
  choice
    .filter((options) => options.every((option) => option !== "**"))
    .map((options) => `{${options.join(",")}}`),
);
const segment = fc.oneof(
  { weight: 1, arbitrary: fc.constant("**") },
  { weight: 4, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")) },
);
const entry = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join("/"))
  .filter((text) => parseGlob(text).ok);
// An entry that can expand to an empty or doubled-star segment reads differently: see the table of differences.
const common = entry.filter(
  (text) =>
    !text
      .split("/")
      .some((part) => part === "." || (/^(\{[^}]*\}|\*)*$/.test(part) && part !== "**" && part !== "*")),
);

describe("inside the common grammar", () => {
  it("agrees with minimatch on every path", () => {
    fc.assert(
      fc.property(common, path, (text, file) => {
        expect(matches(text, file)).toBe(minimatch(file, text, ORACLE));
      }),
      { numRuns: 2_000 },
    );
  });

  it("agrees with minimatch on paths that were made to match", () => {
    const filled = common.chain((text) => fc.tuple(fc.constant(text), fillOf(text)));
    fc.assert(
      fc.property(filled, ([text, file]) => {
        fc.pre(file.split("/").every((part) => part !== "" && part !== "." && part !== ".."));
        expect(matches(text, file)).toBe(minimatch(file, text, ORACLE));
      }),
      { numRuns: 700 },
    );
  });
});

/** A text that the pattern probably matches: wildcards filled, the first option taken. */
function fillOf(text: string): fc.Arbitrary<string> {
  const short = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 2 });
  return fc.tuple(short, short, path).map(([some, other, deep]) =>
    text
      .replaceAll(/\{([^,}]*),[^}]*\}/g, "$1")
      .replaceAll("**", () => deep)
      .replaceAll("*", () => some + other)
      .replaceAll("?", "a"),
  );
}

describe("the differences from minimatch that docs/spec/scope.md lists", () => {
  it.each([
    ["!src/**", "lib/a.ts", "refused", true],
    ["#src/**", "#src/a", true, false],
    ["app/[id]/**", "app/[id]/page.tsx", true, false],
    ["app/[id]/**", "app/i/page.tsx", false, true],
    ["src/+(a).ts", "src/+(a).ts", true, false],
    ["src/**", "src/.env", true, false],
    ["src/", "src/a.ts", true, false],
    ["**/", "a/b", true, false],
    ["./src/a.ts", "src/a.ts", true, false],
    ["src\\a.ts", "srca.ts", "refused", true],
    ["**", "/etc/passwd", false, true],
    ["{a,b/c}/x", "b/c/x", "refused", true],
    ["{a,{b,c}}", "c", "refused", true],
    ["{a,b", "{a,b", "refused", true],
    ["{**,x}/y", "a/b/y", false, true],
    ["a/{,b}", "a/", false, true],
    ["{1..3}", "2", false, true],
    ["{1..3}", "{1..3}", true, false],
    ["src/**", "src/a\nb", false, true],
  ])("%s on %j: here %s, there %s", (text, file, here, there) => {
    const glob = parseGlob(text);
    expect(glob.ok ? matchGlob(glob.value, file) : "refused").toBe(here);
    expect(minimatch(file, text)).toBe(there);
  });
});

describe("the work of a match is bounded by the product of both lengths", () => {
  const stepsOf = (text: string, file: string): number => {
    const meter = { steps: 0 };
    matchesName(globOf(text), file, meter);
    return meter.steps;
  };

  it.each<[string, (n: number) => string, (n: number) => string]>([
    ["stars", (n) => `${"*a".repeat(n)}*{b,b}`, (n) => `${"a".repeat(4 * n)}c`],
    ["folders at any depth", (n) => `${"**/a/".repeat(n)}{b,b}`, (n) => `${"a/".repeat(4 * n)}c`],
    ["choices", (n) => `${"{a,aa}".repeat(n)}{b,b}`, (n) => `${"a".repeat(4 * n)}c`],
    ["empty choices", (n) => `${"{,a,}".repeat(n)}{b,b}`, (n) => "a".repeat(4 * n)],
    ["stars in choices", (n) => `${"{*a,a*}".repeat(n)}{b,b}`, (n) => `${"a".repeat(4 * n)}c`],
  ])("for hostile patterns of %s", (_title, pattern, file) => {
    const small = stepsOf(pattern(40), file(40));
    const large = stepsOf(pattern(80), file(80));
    expect(small).toBeGreaterThan(500);
    expect(large).toBeLessThan(4.5 * small);
    const bound = 4 * globOf(pattern(80)).program.length * (file(80).length + 1);
    expect(large).toBeLessThan(bound);
  });

  it("grows with the path alone when the pattern stays", () => {
    const pattern = `${"*a".repeat(20)}*{b,b}`;
    const small = stepsOf(pattern, "a".repeat(500));
    const large = stepsOf(pattern, "a".repeat(1_000));
    expect(large / small).toBeLessThan(2.1);
  });
});
