import { describe, expect, it } from "vitest";
import { protectedName } from "./protected-name.ts";
import { PROTECTED_NAMES } from "./protected-table.ts";

describe("protectedName", () => {
  it.each([
    [".git"],
    [".git/config"],
    [".git/hooks/pre-commit"],
    ["src/api/vendor/.git/config"],
    [".GIT/config"],
    [".Git"],
    ["git~1/config"],
    ["GIT~12"],
    [".git./config"],
    [".git . ."],
    [".git::$INDEX_ALLOCATION/config"],
    [".git:x"],
    [".git\u200C"],
    [".g\u200Dit/config"],
    [".git\uFE0F"],
    [".\uFEFFgit"],
    ["a/.gitattributes"],
    [".gitmodules"],
    ["gitmod~1"],
    ["gi7eba~3"],
    ["GI7D29~1"],
  ])("knows %j as part of git", (path) => expect(protectedName(path)?.id).toBe("scope:protected-git"));

  // conforms: state-owner
  it.each([
    [".claude/settings.json", "agent-config"],
    [".Claude/settings.json", "agent-config"],
    ["src/api/.claude/settings.local.json", "agent-config"],
    [".claude", "agent-config"],
    ["claude~1/settings.json", "agent-config"],
    [".codex/config.toml", "agent-config"],
    [".cursor/rules/x.mdc", "agent-config"],
    [".agents/skills/x.md", "agent-config"],
    ["src/.mcp.json", "agent-config"],
    ["MCP~1.JSO", "agent-config"],
    [".kiro/hooks/a.json", "agent-config"],
    [".husky/pre-commit", "hook-config"],
    ["lefthook.yml", "hook-config"],
    [".pre-commit-config.yaml", "hook-config"],
    [".githooks/pre-push", "hook-config"],
    [".vscode/tasks.json", "editor-config"],
    [".idea/workspace.xml", "editor-config"],
    [".orchestrator/policy/blocked-commands.json", "control"],
    [".orchestrator/STATE.md", "control"],
    ["wave-scope.json", "control"],
    ["config.local.yaml", "control"],
    ["CLAUDE.md", "instructions"],
    ["claude.MD", "instructions"],
    ["packages/a/AGENTS.md", "instructions"],
    [".github/copilot-instructions.md", "instructions"],
    [".npmrc", "package-config"],
    ["package-lock.json", "lockfile"],
    ["a/PACKAGE-LOCK.JSON", "lockfile"],
    ["packag~1.jso", "lockfile"],
    ["Cargo.lock", "lockfile"],
    ["yarn.lo\u017F", undefined],
    ["u\u017Fer/go.\u017Fum", "lockfile"],
  ])("puts %j under %s", (path, kind) => expect(protectedName(path)?.kind).toBe(kind));

  it.each([
    ["src/git.ts"],
    [".gitignore"],
    [".github/workflows/ci.yml"],
    ["github/.git-blame-ignore-revs"],
    ["docs/claude.html"],
    ["src/claude/a.ts"],
    ["a/package.json"],
    ["STATE.md"],
    [".kiro/specs/a.md"],
    ["notes~1.md"],
    ["git~x"],
    ["git~"],
    [""],
  ])("leaves %j to the scope", (path) => expect(protectedName(path)).toBeUndefined());

  it("names the strictest rule where several apply, so that nothing unlocks agent configuration", () => {
    expect(protectedName(".claude/CLAUDE.md")).toMatchObject({ kind: "agent-config", unlock: "never" });
    expect(protectedName("CLAUDE.md/.git/x")).toMatchObject({ kind: "git" });
  });

  it("finds every row of its own table, whatever the case and the folder", () => {
    for (const row of PROTECTED_NAMES) {
      for (const name of row.names) {
        expect([name, protectedName(`deep/er/${name.toUpperCase()}/x`)?.kind]).toEqual([name, row.kind]);
      }
    }
  });

  it("stays fast on a path that nobody typed", () => {
    expect(protectedName(`${"~".repeat(100_000)}1/${"a/".repeat(50_000)}`)).toBeUndefined();
  });
});
