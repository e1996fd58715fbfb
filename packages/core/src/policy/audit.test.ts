import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskScope } from "../plan/plan.ts";
import { parseScope, scopeAllows } from "../scope/scope.ts";
import { auditChanges, DEFAULT_MAX_BYTES, faultOfWrite, grantOf, type TreeChange } from "./audit.ts";

const write = (...globs: readonly string[]): TaskScope => ({ kind: "write", globs });

const added = (path: string, more: Partial<TreeChange> = {}): TreeChange => ({
  path,
  decodable: true,
  kind: "added",
  oldMode: "000000",
  newMode: "100644",
  size: 10,
  ...more,
});
const modified = (path: string, more: Partial<TreeChange> = {}): TreeChange =>
  added(path, { kind: "modified", oldMode: "100644", ...more });
const deleted = (path: string, oldMode = "100644"): TreeChange => ({
  path,
  decodable: true,
  kind: "deleted",
  oldMode,
  newMode: "000000",
});
const link = (path: string, linkTarget?: string): TreeChange => ({
  path,
  decodable: true,
  kind: "added",
  oldMode: "000000",
  newMode: "120000",
  ...(linkTarget === undefined ? {} : { linkTarget }),
});

const audit = (scope: TaskScope, changes: readonly TreeChange[], existingPaths: readonly string[] = []) =>
  auditChanges(changes, { scope, existingPaths });
/** The rule that holds a single change, or "kept". */
const ruleOn = (scope: TaskScope, change: TreeChange, existing: readonly string[] = []): string =>
  audit(scope, [change], existing).held[0]?.rule ?? "kept";

describe("what is inside the scope lands, and nothing else", () => {
  it("keeps in-scope changes and holds the rest, each under its rule, in the order of the changes", () => {
    const result = audit(write("src/limit/**"), [
      added("src/limit/new.ts"),
      modified("src/auth/session.ts"),
      deleted("src/limit/old.ts"),
      deleted("README.md"),
    ]);
    expect(result.kept).toEqual(["src/limit/new.ts", "src/limit/old.ts"]);
    expect(result.held).toEqual([
      {
        path: "src/auth/session.ts",
        rule: "scope:out-of-scope",
        message: "src/auth/session.ts is outside the scope src/limit/**",
      },
      {
        path: "README.md",
        rule: "scope:out-of-scope",
        message: "README.md is outside the scope src/limit/**",
      },
    ]);
  });

  it("holds every change of a read-only task", () => {
    expect(ruleOn({ kind: "read-only" }, added("a"))).toBe("scope:read-only");
    expect(ruleOn({ kind: "read-only" }, deleted("a"))).toBe("scope:read-only");
  });

  it("holds every change under a void scope and says what voids it", () => {
    const result = audit(write("src/**", "!src/api/**"), [added("src/a.ts")]);
    expect(result.kept).toEqual([]);
    expect(result.held[0]).toMatchObject({ rule: "scope:void" });
    expect(result.held[0]?.message).toContain('contains "!" at character 1');
  });

  it("holds every change under an empty scope", () => {
    expect(ruleOn(write(), modified("a"))).toBe("scope:empty");
  });

  it("holds a name that is not UTF-8, whatever it would match", () => {
    expect(ruleOn(write("**"), added("src/a\uFFFD.ts", { decodable: false }))).toBe("audit:undecodable-name");
  });

  it("holds a name that shows as something else than it is", () => {
    expect(ruleOn(write("**"), added("src/\u202Ets.a"))).toBe("scope:unsafe-name");
  });
});

describe("protected names are held even under **", () => {
  it.each([
    [".gitattributes", "scope:protected-git"],
    ["vendor/.GIT/config", "scope:protected-git"],
    [".claude/settings.json", "scope:protected-agent-config"],
    [".husky/pre-commit", "scope:protected-hook-config"],
    [".orchestrator/policy/a.json", "scope:protected-control"],
    ["CLAUDE.md", "scope:protected-instructions"],
    ["package-lock.json", "scope:protected-lockfile"],
  ])("%s", (path, rule) => {
    expect(ruleOn(write("**"), added(path))).toBe(rule);
    expect(ruleOn(write("**"), deleted(path))).toBe(rule);
  });

  it("but for a lockfile or instruction file that the scope names exactly", () => {
    expect(ruleOn(write("src/**", "package-lock.json"), modified("package-lock.json"))).toBe("kept");
    expect(ruleOn(write("CLAUDE.md", ".claude/settings.json"), modified(".claude/settings.json"))).toBe(
      "scope:protected-agent-config",
    );
  });
});

describe("modes that are not plain files are held", () => {
  it.each([
    [added("src/x", { newMode: "160000" }), "audit:submodule"],
    [deleted("src/x", "160000"), "audit:submodule"],
    [modified("src/x", { kind: "type-changed", oldMode: "160000" }), "audit:submodule"],
    [modified("src/x", { newMode: "104755" }), "audit:mode"],
    [modified("src/x", { newMode: "100664" }), "audit:mode"],
    [added("src/x", { newMode: "040000" }), "audit:mode"],
    [added("src/x", { newMode: "000000" }), "audit:mode"],
    [{ ...deleted("src/x"), newMode: "100644" }, "audit:mode"],
    [modified("src/x", { newMode: "100755" }), "kept"],
    [modified("src/x", { kind: "type-changed", oldMode: "120000" }), "kept"],
  ])("%j is %s", (change, rule) => expect(ruleOn(write("**"), change)).toBe(rule));
});

describe("a symbolic link lands only where writing through it stays in scope", () => {
  it.each([
    ["src/api/l", "a.ts"],
    ["src/api/l", "./deep/a.ts"],
    ["src/api/deep/l", "../a.ts"],
    ["src/api/deep/l", ".."],
    ["src/api/l", "../api/a.ts"],
    ["src/api/l", "../../lib/one.ts"],
    ["src/api/l", "../../app/yarn.lock"],
  ])("%s to %s is kept", (path, target) => {
    expect(ruleOn(write("src/api/**", "lib/one.ts", "app/yarn.lock"), link(path, target))).toBe("kept");
  });

  it.each([
    ["/etc/passwd", "absolute"],
    ["../web/b.ts", "outside the scope"],
    ["..", "outside the scope"],
    ["../..", "outside the scope"],
    ["../../..", "out of the repository"],
    ["../../../x", "out of the repository"],
    ["../../.git/config", "part of git itself"],
    ["./.claude", "configuration of a coding agent"],
    ["CLAUDE.md", "an instruction file"],
    ["deep/../../web/b.ts", "goes up again"],
    ["a\u0000b", "no plain path"],
    ["", "no target"],
    [undefined, "no target"],
  ])("to %j is held because it is %s", (target, reason) => {
    const held = audit(write("src/api/**"), [link("src/api/l", target)]).held[0];
    expect(held?.rule).toBe("audit:link");
    expect(held?.message).toContain(reason);
  });

  it("to the root of the repository is kept only under **", () => {
    expect(ruleOn(write("**"), link("a/l", ".."))).toBe("kept");
    expect(ruleOn(write("a/**"), link("a/l", ".."))).toBe("audit:link");
  });
});

describe("a file of unknown or great size is held", () => {
  it.each([
    [{ size: DEFAULT_MAX_BYTES }, "kept"],
    [{ size: DEFAULT_MAX_BYTES + 1 }, "audit:oversize"],
  ])("%j is %s", (more, rule) => expect(ruleOn(write("**"), added("a", more))).toBe(rule));

  it("takes the limit it is given, and asks for no size of a deletion", () => {
    const terms = { scope: write("**"), existingPaths: [], maxBytes: 9 };
    expect(auditChanges([modified("a"), deleted("b")], terms)).toMatchObject({
      held: [{ path: "a" }],
      kept: ["b"],
    });
  });

  it("is not taken for small when its size was not measured", () => {
    const { size: _size, ...unmeasured } = added("a");
    expect(ruleOn(write("**"), unmeasured)).toBe("audit:unknown-size");
  });
});

describe("names that a laxer file system would confuse are held", () => {
  it.each([
    ["src/a.ts", "src/A.ts"],
    ["SRC/new.ts", "src/a.ts"],
    ["src/caf\u00E9.ts", "src/cafe\u0301.ts"],
    ["src/stra\u00DFe", "src/STRASSE"],
    ["Src", "src/a.ts"],
    ["src/A.TS/x", "src/a.ts"],
  ])("adding %s beside %s", (path, existing) => {
    expect(ruleOn(write("**"), added(path), [existing])).toBe("audit:name-clash");
  });

  it("holds both of two additions that clash, because neither has the better right", () => {
    const result = audit(write("**"), [added("x/A"), added("x/a"), added("x/b")]);
    expect(result.held.map((held) => [held.path, held.rule])).toEqual([
      ["x/A", "audit:name-clash"],
      ["x/a", "audit:name-clash"],
    ]);
    expect(result.kept).toEqual(["x/b"]);
  });

  it("lets a rename in case through, whose old name goes away", () => {
    const result = audit(write("**"), [deleted("src/Foo.ts"), added("src/foo.ts")], ["src/Foo.ts"]);
    expect(result.held).toEqual([]);
  });

  it("holds the new name where the deletion of the old one is held", () => {
    const result = audit(write("src/foo.ts"), [deleted("src/Foo.ts"), added("src/foo.ts")], ["src/Foo.ts"]);
    expect(result.held.map((held) => held.rule)).toEqual(["scope:out-of-scope", "audit:name-clash"]);
  });

  it("does not hold additions for a clash that the tree already had", () => {
    const existing = ["net/TCP.h", "net/tcp.h", "NET/x"];
    expect(audit(write("**"), [added("net/new.h"), modified("net/tcp.h")], existing).held).toEqual([]);
  });

  it("reads a large tree once and in good time", () => {
    const existing = Array.from({ length: 100_000 }, (_, at) => `packages/p${at % 100}/src/f${at}.ts`);
    const changes = Array.from({ length: 1_000 }, (_, at) => added(`packages/p1/src/n${at}.ts`));
    expect(audit(write("packages/**"), [...changes, added("packages/P1/x")], existing).held).toHaveLength(1);
  });
});

describe("the audit as a whole", () => {
  const path = fc.constantFrom(
    "src/a",
    "src/A",
    "src/b",
    "lib/a",
    ".git/x",
    "yarn.lock",
    "a\u0000",
    "../a",
    "SRC/c",
  );
  const change = fc.oneof(
    path.map((name) => added(name)),
    path.map((name) => modified(name)),
    path.map((name) => deleted(name)),
    path.map((name) => link(name, "b")),
  );
  const changes = fc.uniqueArray(change, { selector: (one) => one.path, maxLength: 6 });
  const globs = fc.array(fc.constantFrom("**", "src/**", "lib/a", "yarn.lock", "!a", "src/?"), {
    maxLength: 3,
  });

  it("puts every change on exactly one side and keeps only what the scope allows", () => {
    fc.assert(
      fc.property(changes, globs, (list, entries) => {
        const result = audit(write(...entries), list, ["src/b"]);
        const sides = [...result.kept, ...result.held.map((held) => held.path)];
        expect([...sides].sort()).toEqual(list.map((one) => one.path).sort());
        const scope = parseScope(entries);
        for (const kept of result.kept) {
          expect(scope.ok && scopeAllows(scope.value, kept).kind).toBe("allowed");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("asks the same question as the door", () => {
    fc.assert(
      fc.property(path, globs, (name, entries) => {
        const fault = faultOfWrite(grantOf(write(...entries)), name);
        expect(ruleOn(write(...entries), modified(name))).toBe(fault?.rule ?? "kept");
      }),
      { numRuns: 300 },
    );
  });
});
