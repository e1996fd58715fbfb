import { describe, expect, it, test } from "vitest";
import { judged } from "../guard-fixture.ts";
import { type BlockedRule, FALL_BACK_RULES, FLOOR_RULES, readBlockedCommands } from "./blocked-command.ts";

const policyText = (...rules: readonly object[]): string => JSON.stringify({ version: 1, rules });

describe("reading a project's policy", () => {
  it("adds rules and raises severities, and lowers and removes nothing", () => {
    const text = policyText(
      { id: "own", pattern: "tool verb", severity: "block" },
      { id: "git-stash-any", pattern: "nothing", severity: "block" },
      { id: "git-reset-hard", pattern: "nothing", severity: "warn" },
    );
    const read = readBlockedCommands(text);
    const rules = new Map(read.ok ? read.value.map((each) => [each.id, each]) : []);
    expect(rules.size).toBe(FLOOR_RULES.length + 1);
    expect(rules.get("git-stash-any")).toMatchObject({ severity: "block", pattern: "git stash" });
    expect(rules.get("git-reset-hard")).toMatchObject({ severity: "block", pattern: "git reset --hard" });
  });

  it("keeps a built-in note a note where the project only notes it too", () => {
    const read = readBlockedCommands(
      policyText({ id: "git-stash-any", pattern: "git stash", severity: "warn" }),
    );
    const stash = read.ok ? read.value.find((each) => each.id === "git-stash-any") : undefined;
    expect(stash?.severity).toBe("warn");
  });

  it("leaves out rules of an unknown severity", () => {
    const read = readBlockedCommands(policyText({ id: "x", pattern: "a b", severity: "fatal" }), []);
    expect(read).toEqual({ ok: true, value: [] });
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"version":2,"rules":[]}',
    '{"version":1}',
    policyText({ id: "x" }),
    policyText({ id: "x", pattern: " ", severity: "block" }),
  ])("fails on %j instead of reading half of it", (text) => {
    const read = readBlockedCommands(text);
    expect(read.ok ? "" : read.failure.code).toBe("BW780");
  });
});

describe("matching", () => {
  const blocks = (pattern: string, command: string): boolean => {
    const blockedCommands: readonly BlockedRule[] = [{ id: "x", pattern, severity: "block", rationale: "r" }];
    return judged(command, { actor: "main-session", blockedCommands }).rule === "blocked-command";
  };

  it.each([
    ["npm run e2e", "npm run e2e"],
    ["npm run e2e", "npm --silent run e2e"],
    ["git reset --hard", "git -C x reset HEAD~1 --har"],
    ["git clean -fd", "git clean -d -f"],
    ["rm -rf", "rm --recursive --force src"],
    ["rm -rf", "bash -c 'rm -fr src'"],
    ["git push -f", "git push --force"],
    ["git stash", "timeout 5 git stash"],
    ["DROP TABLE", "psql -c 'drop   table x'"],
  ])("the pattern %s meets %s", (pattern, command) => {
    expect(blocks(pattern, command)).toBe(true);
  });

  it.each([
    ["npm run e2e", "npm run unit"],
    ["rm -rf", "echo rm -rf src"],
    ["rm -rf", "rm -f src/api/a.ts"],
    ["git push -f", "git push"],
    ["git stash", "grep 'git stash' README.md"],
    ["DROP TABLE", "echo DROP TABLE"],
  ])("the pattern %s leaves %s alone", (pattern, command) => {
    expect(blocks(pattern, command)).toBe(false);
  });

  test("a project's rule holds for an agent beside the built-in ones", () => {
    const blockedCommands: readonly BlockedRule[] = [
      { id: "x", pattern: "npm run e2e", severity: "block", rationale: "r" },
    ];
    expect(judged("npm run e2e").decision).toBe("allow");
    expect(judged("npm run e2e", { blockedCommands }).rule).toBe("blocked-command");
    expect(judged("git push", { blockedCommands }).rule).toBe("git-push");
  });
});

describe("the person's own session", () => {
  const mine = (command: string, allowDestructive = false): string => {
    const verdict = judged(command, { actor: "main-session", allowDestructive });
    return verdict.warning === undefined ? verdict.decision : `${verdict.decision} with a warning`;
  };

  it.each([
    ["git reset --hard", "deny"],
    ["git checkout -- .", "deny"],
    ["rm -rf src", "deny"],
    ["rm -rf $X", "deny"],
    ["rm -rf node_modules", "allow"],
    ["rm -rf node_modules src", "deny"],
    ["git stash", "allow with a warning"],
    ["git push --force-with-lease", "allow with a warning"],
    ["git push", "allow"],
    ["git commit -m x", "allow"],
    ["echo x > anywhere", "allow"],
  ])("%s: %s", (command, expected) => {
    expect(mine(command)).toBe(expected);
  });

  test("the person may switch the floor off", () => {
    expect(mine("git reset --hard", true)).toBe("allow");
  });
});

test("every pattern of the fall-back list is refused to an agent by the built-in rules alone", () => {
  const spelled: Readonly<Record<string, string>> = {
    "DROP TABLE": "psql -c 'DROP TABLE x'",
    "rm -rf": "rm -rf src",
  };
  const passed = FALL_BACK_RULES.filter(
    ({ pattern }) => judged(spelled[pattern] ?? pattern).decision !== "deny",
  );
  expect(passed).toEqual([]);
});
