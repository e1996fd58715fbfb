import { describe, expect, it, test } from "vitest";
import type { FileView } from "../file-view.ts";
import { judged, plainView, policyOf, viewOf } from "../guard-fixture.ts";
import { judgeToolCall } from "../judge-tool-call.ts";
import { type BlockedRule, FALL_BACK_RULES, FLOOR_RULES, readBlockedCommands } from "./blocked-command.ts";

const policyText = (...rules: readonly object[]): string => JSON.stringify({ version: 1, rules });

describe("reading a project's policy", () => {
  // conforms: destructive-policy
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

// conforms: command-guard
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

  it.each([
    "rm -rf /",
    "ls;rm -rf x",
    "ls&&rm -rf x",
    "(rm -rf x)",
    'bash -c "rm -rf x"',
    "sudo rm -rf x",
    "FOO=1 rm -rf x",
    "find . | xargs rm -rf",
    "find . -exec rm -rf {} +",
    "$(rm -rf x)",
    "`rm -rf x`",
    'env -S "rm -rf x"',
    "timeout 5 rm -rf x",
    "rm${IFS}-rf x",
    "rm  -rf x",
    "rm\t-rf x",
    "rm -fr x",
    "rm -r -f x",
    "rm -rfv x",
    "/bin/rm -rf x",
    String.raw`\rm -rf x`,
    '"rm" -rf x',
    'rm "-rf" x',
    "r''m -rf x",
    'eval "rm -rf x"',
    'X="rm -rf x"; $X',
  ])("takes %j for rm -rf, however it is written", (command) => {
    expect(blocks("rm -rf", command)).toBe(true);
  });

  it.each([
    'echo "rm -rf is bad"',
    "# rm -rf x",
    "cat <<E\nrm -rf x\nE",
    "python3 -c 'rm -rf x'",
    'grep "rm -rf" notes.md',
    "perform -rf x",
  ])("leaves %j alone, because nothing is deleted", (command) => {
    expect(blocks("rm -rf", command)).toBe(false);
  });

  it.each([
    ["git push --force", "git push origin --force", true],
    ["git push --force", "git push \\\n--force", true],
    ["git push --force", "git  push --force", true],
    ["git push --force", "git push --force-with-lease", false],
    ["git push --force", 'git commit -m "git push --force"', false],
    ["git push -f", "git push -fu origin x", true],
  ] as const)("%j on %j: %s", (pattern, command, expected) => {
    expect(blocks(pattern, command)).toBe(expected);
  });

  test("a note of the project's policy never stops an agent's command", () => {
    const blockedCommands: readonly BlockedRule[] = [
      { id: "slow", pattern: "npm run e2e", severity: "warn", rationale: "it is slow" },
    ];
    expect(judged("npm run e2e", { blockedCommands })).toMatchObject({
      decision: "allow",
      warning: "slow: it is slow",
    });
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

// conforms: destructive-guard
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
    ["rm -fr .orchestrator/tmp/x", "allow"],
    ["rm -r -f /tmp/x /private/tmp/y", "allow"],
    ["rm -rf $TMPDIR/x", "allow"],
    ["rm -rf /tmp/../etc", "deny"],
    ["rm -rf /tmp", "deny"],
    ["rm --recursive --force src", "deny"],
    ["git clean -xdf", "deny"],
    ["git clean -n", "allow"],
    ["git reset --soft HEAD~1", "allow with a warning"],
    ["git reset --mixed", "allow with a warning"],
    ["git push -f origin main", "deny"],
    ["git -C . push origin main --force", "deny"],
    ["psql -c 'drop table x'", "deny"],
    ["echo 'git reset --hard'", "allow"],
    ["sudo apt-get install x", "allow"],
    ["git stash", "allow with a warning"],
    ["git push --force-with-lease", "allow with a warning"],
    ["git push", "allow"],
    ["git commit -m x", "allow"],
    ["echo x > anywhere", "allow"],
  ])("%s: %s", (command, expected) => {
    expect(mine(command)).toBe(expected);
  });

  test("a stash is noted where there are others already, and not where git shows none", () => {
    const warning = (view: FileView): string | undefined =>
      judged("git stash", { actor: "main-session" }, view).warning;
    expect(warning(viewOf({ "/w/.git/config": "file", "/w/.git/refs/stash": "file" }))).toContain(
      "git-stash-any",
    );
    expect(warning(viewOf({ "/w/.git/config": "file" }))).toBeUndefined();
    expect(warning(viewOf({ "/w/.git": "file" }))).toContain("git-stash-any");
  });

  test("a broken policy of the project leaves the floor as it is", () => {
    const read = readBlockedCommands("{");
    const blockedCommands = read.ok ? read.value : [];
    expect(judged("git reset --hard", { actor: "main-session", blockedCommands }).decision).toBe("deny");
  });

  test("only shell tools of the person are judged", () => {
    const policy = policyOf({ actor: "main-session" });
    const call = { tool: "Write", input: { file_path: "/etc/passwd", content: "x" } };
    expect(judgeToolCall(call, { policy, view: plainView }).decision).toBe("allow");
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
