import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchGlob } from "./glob-match.ts";
import { PROTECTED_NAMES } from "./protected-table.ts";
import { explainScope } from "./scope-explain.ts";
import { overlapOfScopes, overlapOnFiles } from "./scope-overlap.ts";
import { disjointScopes, unionOfEntries, validateScope } from "./scope-report.ts";
import { coversScope, entriesOutside, subtractScope, unionOfScopes } from "./scope-set.ts";
import { parseScope, scopeAllows, type Scope } from "./scope.ts";

const scopeOf = (...entries: readonly string[]): Scope => {
  const scope = parseScope(entries);
  if (!scope.ok) throw new Error(scope.failure.message);
  return scope.value;
};
const sources = (scope: Scope): readonly string[] => scope.globs.map((glob) => glob.source);

// conforms: manifest-patterns
describe("a scope lets an agent write what an entry names", () => {
  it("says which entry allowed the write", () => {
    expect(scopeAllows(scopeOf("docs/**", "src/*.ts"), "src/a.ts")).toEqual({
      kind: "allowed",
      entry: "src/*.ts",
    });
  });

  it("denies everything when it is empty", () => {
    expect(scopeAllows(scopeOf(), "a")).toMatchObject({ kind: "denied", rule: "scope:empty" });
  });

  it("denies a path outside and names the scope", () => {
    expect(scopeAllows(scopeOf("src/limit/**"), "src/auth/session.ts")).toEqual({
      kind: "denied",
      rule: "scope:out-of-scope",
      message: "src/auth/session.ts is outside the scope src/limit/**",
    });
  });

  it("is exact in case and says so where only the case differs", () => {
    const verdict = scopeAllows(scopeOf("src/A.ts"), "src/a.ts");
    expect(verdict.kind === "denied" && verdict.message).toContain("differs in case");
  });

  it.each(["/etc/passwd", "../a", "a/../b", "./a", "a//b", "a/", "a\u0000b", "a\\b", "a\uFF0Fb", "\uD800"])(
    "denies the unsafe name %j even under **",
    (path) =>
      expect(scopeAllows(scopeOf("**"), path)).toMatchObject({ kind: "denied", rule: "scope:unsafe-name" }),
  );

  it("is void as a whole when one entry cannot be read", () => {
    const scope = parseScope(["src/**", "!src/api/**"]);
    expect(scope).toMatchObject({ ok: false, failure: { code: "BW210" } });
  });
});

describe("protected names hold under every scope", () => {
  it("keeps git, agent, hook and control files shut even for their own literal entry", () => {
    for (const path of [
      ".git/config",
      ".claude/settings.json",
      ".husky/pre-commit",
      ".orchestrator/STATE.md",
    ]) {
      expect([path, scopeAllows(scopeOf("**", path), path).kind]).toEqual([path, "protected"]);
    }
  });

  it("opens a lockfile or an instruction file for exactly its literal entry", () => {
    const scope = scopeOf("**", "CLAUDE.md", "./app/yarn.lock");
    expect(scopeAllows(scope, "CLAUDE.md")).toMatchObject({ kind: "allowed", entry: "CLAUDE.md" });
    expect(scopeAllows(scope, "app/yarn.lock")).toMatchObject({
      kind: "allowed",
      unlocks: { kind: "lockfile" },
    });
    for (const path of ["claude.md", "app/CLAUDE.md", "yarn.lock"]) {
      expect([path, scopeAllows(scope, path).kind]).toEqual([path, "protected"]);
    }
  });

  it.each(["CLAUDE.m?", "{CLAUDE.md,a}", "*.md", "**"])("does not open CLAUDE.md for %s", (entry) => {
    expect(scopeAllows(scopeOf(entry), "CLAUDE.md").kind).toBe("protected");
  });
});

describe("scopes are compared", () => {
  it("by pattern, with a path that both may write", () => {
    expect(overlapOfScopes(scopeOf("src/a/**", "docs/**"), scopeOf("src/*/x.ts", "test/**"))).toEqual([
      { left: "src/a/**", right: "src/*/x.ts", witness: "src/a/x.ts" },
    ]);
  });

  it("on the files that exist", () => {
    const files = ["src/a.ts", "src/b.ts", "docs/a.md", "bad\u0000name"];
    expect(overlapOnFiles(scopeOf("src/**"), scopeOf("**/a.*"), files)).toEqual([
      { left: "src/**", right: "**/a.*", witness: "src/a.ts" },
    ]);
  });

  it("for being inside an approved one, where a wildcard never stands for an unlock", () => {
    expect(coversScope(scopeOf("src/**", "docs/*"), scopeOf("src/a/*.ts", "docs/x"))).toBe(true);
    expect(sources({ globs: entriesOutside(scopeOf("src/**"), scopeOf("src/a", "test/**")) })).toEqual([
      "test/**",
    ]);
    expect(coversScope(scopeOf("**"), scopeOf("yarn.lock"))).toBe(false);
    expect(coversScope(scopeOf("**", "yarn.lock"), scopeOf("./yarn.lock"))).toBe(true);
    expect(coversScope(scopeOf("src/a", "src/b"), scopeOf("src/{a,b}"))).toBe(true);
    expect(coversScope(scopeOf(), scopeOf())).toBe(true);
    expect(coversScope(scopeOf(), scopeOf("a"))).toBe(false);
  });

  it("by union, verbatim and each entry once", () => {
    expect(sources(unionOfScopes([scopeOf("b/**", "a"), scopeOf("a", "b/x")]))).toEqual(["b/**", "a", "b/x"]);
  });

  it("by difference, which keeps what is covered in part and says so", () => {
    expect(subtractScope(scopeOf("src/a/**", "src/**", "docs/**"), scopeOf("src/a/**"))).toMatchObject({
      partly: [{ entry: "src/**", taken: "src/a/**", witness: "src/a/a" }],
      rest: { globs: [{ source: "src/**" }, { source: "docs/**" }] },
    });
  });
});

const NAMES = ["a", "b", "ab"];
const FILES = NAMES.flatMap((one) => [one, ...NAMES.flatMap((two) => [`${one}/${two}`, `${one}/${two}/a`])]);
const entry = fc
  .array(fc.constantFrom("a", "b", "*", "**", "a*", "?", "{a,ab}"), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"));
const scope = fc.array(entry, { maxLength: 3 }).map((entries) => scopeOf(...entries));
const allows = (one: Scope, path: string): boolean => scopeAllows(one, path).kind === "allowed";

describe("the relations of scopes hold on files", () => {
  it("a covering scope allows all that the covered one allows", () => {
    fc.assert(
      fc.property(scope, scope, (wide, narrow) => {
        fc.pre(coversScope(wide, narrow));
        expect(FILES.filter((path) => allows(narrow, path) && !allows(wide, path))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("a difference loses nothing that was not taken and names every entry that still shares a file", () => {
    fc.assert(
      fc.property(scope, scope, (whole, taken) => {
        const { rest, partly } = subtractScope(whole, taken);
        const before = FILES.filter((path) => allows(whole, path));
        expect(before.filter((path) => !allows(taken, path) && !allows(rest, path))).toEqual([]);
        const stillShared = before.filter((path) => allows(taken, path) && allows(rest, path));
        const named = new Set(partly.map((part) => part.entry));
        const matching = rest.globs.filter((glob) => stillShared.some((path) => matchGlob(glob, path)));
        expect(matching.filter((glob) => !named.has(glob.source))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("scopes without an overlap share no file", () => {
    fc.assert(
      fc.property(scope, scope, (left, right) => {
        const shared = FILES.filter((path) => allows(left, path) && allows(right, path));
        expect(overlapOfScopes(left, right).length > 0 || shared.length === 0).toBe(true);
        expect(overlapOnFiles(left, right, FILES).map((overlap) => overlap.witness)).toEqual(shared);
      }),
      { numRuns: 300 },
    );
  });
});

describe("explainScope", () => {
  it("gives the verdict and one line for each entry", () => {
    expect(explainScope(scopeOf("src/**", "docs/*.md", "a.md", "lib/**"), "docs/x/y.md")).toEqual([
      "denied (scope:out-of-scope): docs/x/y.md is outside the scope src/**, docs/*.md, a.md, lib/**",
      "  src/**: only what lies below src/",
      "  docs/*.md: the pattern does not match",
      "  a.md: is another file",
      "  lib/**: only what lies below lib/",
    ]);
  });

  it("says that a folder entry does not mean the folder", () => {
    expect(explainScope(scopeOf("src/"), "src")[1]).toBe(
      "  src/: is what lies below this folder, not the folder",
    );
  });
});

describe("the reports of the scope commands", () => {
  const files = ["src/limit/a.ts", "src/limit/b.ts", "test/a.test.ts", "README.md"];

  it("validate lists every unreadable entry and every entry that protection makes void", () => {
    const report = validateScope([
      "src/**",
      "!a",
      "/b",
      ".git/**",
      ".claude/agents/x.md",
      "a/CLAUDE.md/",
      "yarn.lock",
    ]);
    expect(report.valid).toBe(false);
    expect(report.errors.map((failure) => failure.code)).toEqual([
      "BW210",
      "BW210",
      "BW211",
      "BW211",
      "BW211",
    ]);
    expect(report.warnings).toEqual([]);
  });

  it("validate warns of an entry whose folder is not there and of a scope that constrains nothing", () => {
    const typing = validateScope(["src/limits/**", "new.md", "src/limit/new.ts"], files);
    expect(typing.warnings.map((failure) => failure.code)).toEqual(["BW212"]);
    expect(validateScope(["**"]).warnings.map((failure) => failure.code)).toEqual(["BW213"]);
    const many = Array.from({ length: 20 }, (_, at) => `src/${at}.ts`);
    expect(validateScope(["src/1*"], many).warnings.map((failure) => failure.code)).toEqual(["BW213"]);
    expect(validateScope(["src/2*"], many)).toEqual({ valid: true, errors: [], warnings: [] });
  });

  it("disjoint names each pair with a real file where there is one, and repeated ids", () => {
    const owners = [
      { id: "T1", globs: ["src/**"] },
      { id: "T2", globs: ["src/limit/*"] },
      { id: "T3", globs: ["src/new/**"] },
      { id: "T3", globs: ["docs/**"] },
    ];
    const report = disjointScopes(owners, files);
    expect(report.disjoint).toBe(false);
    expect(report.repeated).toEqual(["T3"]);
    expect(report.collisions.map((one) => [one.left, one.right, one.on, one.overlap.witness])).toEqual([
      ["T1", "T2", "file", "src/limit/a.ts"],
      ["T1", "T3", "pattern", "src/new/a"],
    ]);
  });

  it("disjoint does not call an unreadable scope disjoint", () => {
    expect(disjointScopes([{ id: "T1", globs: ["!a"] }])).toMatchObject({ disjoint: false, collisions: [] });
    expect(
      disjointScopes([
        { id: "T1", globs: ["a"] },
        { id: "T2", globs: ["b"] },
      ]).disjoint,
    ).toBe(true);
  });

  it("union keeps the entries verbatim and reports those that cannot be read", () => {
    const report = unionOfEntries([
      { id: "T1", globs: ["./a", "b/"] },
      { id: "T2", globs: ["b/"] },
      { id: "T3", globs: ["/x"] },
    ]);
    expect(report.globs).toEqual(["./a", "b/"]);
    expect(report.errors.map((failure) => failure.code)).toEqual(["BW210"]);
  });
});

describe("docs/spec/scope.md", () => {
  const page = readFileSync(new URL("../../../../docs/spec/scope.md", import.meta.url), "utf8");

  it("lists every protected name with the kind and the way to unlock it", () => {
    for (const row of PROTECTED_NAMES) {
      const names = row.names.map((name) => `\`${name}\``).join(" ");
      expect(page).toContain(`| ${row.kind} | ${row.unlock} | ${names} |`);
    }
  });
});
