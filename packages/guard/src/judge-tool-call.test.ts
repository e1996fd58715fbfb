import { grantOf } from "@breakwater/core";
import { describe, expect, it, test } from "vitest";
import { judged, plainView, policyOf, viewOf, written } from "./guard-fixture.ts";
import { judgeToolCall } from "./judge-tool-call.ts";
import { RULES } from "./rule/registry.ts";

function call(tool: string, input: unknown): string {
  const verdict = judgeToolCall({ tool, input }, { policy: policyOf(), view: plainView });
  return `${verdict.decision} ${verdict.rule}`;
}

describe("file tools of every host", () => {
  it.each([
    ["Write", { file_path: "src/api/a.ts" }],
    ["Edit", { file_path: "/w/src/api/a.ts" }],
    ["NotebookEdit", { notebook_path: "src/api/n.ipynb" }],
    ["write", { filePath: "src/api/a.ts" }],
    ["write_file", { path: "src/api/a.ts" }],
    ["search_replace", { file_path: "src/api/a.ts" }],
    ["edit_file", { target_file: "src/api/a.ts" }],
    ["replace_string_in_file", { filePath: "src/api/a.ts" }],
    ["fs/write_text_file", { path: "/w/src/api/a.ts" }],
    ["mcp__filesystem__edit_file", { path: "/w/src/api/a.ts" }],
    ["mcp__filesystem__move_file", { source: "src/api/a.ts", destination: "src/api/c.ts" }],
    ["create_directory", { path: "src/api/new" }],
    ["str_replace_based_edit_tool", { command: "create", path: "src/api/a.ts" }],
    ["delete_file", { target_file: "src/api/a.ts" }],
    ["multi_replace_string_in_file", { filePath: "src/api/a.ts", edits: [{ filePath: "src/api/b.ts" }] }],
  ])("%s may write in scope", (tool, input) => {
    expect(call(tool, input)).toBe("allow allowed");
  });

  it.each([
    ["Write", { file_path: "src/web/b.ts" }, "out-of-scope"],
    ["write", { filePath: "package.json" }, "out-of-scope"],
    ["Write", { file_path: "src/api/a.ts", path: "src/web/b.ts" }, "out-of-scope"],
    ["edit_file", { target_file: "/etc/hosts" }, "absolute"],
    ["mcp__filesystem__move_file", { source: "src/web/b.ts", destination: "src/api/c.ts" }, "out-of-scope"],
    ["edit_files", { filePath: "src/api/a.ts" }, "other-tools"],
    ["multi_replace_string_in_file", { filePath: "src/api/a.ts", edits: [{ path: "x" }] }, "out-of-scope"],
    ["write_file", { paths: ["src/api/a.ts", "src/web/b.ts"] }, "out-of-scope"],
    ["write_file", { files: [{ path: "src/web/b.ts" }] }, "out-of-scope"],
    ["Write", { path: "src/api/a.ts" }, "length"],
    ["Write", { file_path: 7 }, "length"],
    ["Write", "src/api/a.ts", "length"],
    ["create_directory", { path: "src/web/new" }, "out-of-scope"],
    ["Write", { file_path: "src/api/a.ts\u0000" }, "unicode"],
    ["mcp__elsewhere__write_file", { path: "src/api/a.ts" }, "other-tools"],
    ["SomethingNew", {}, "other-tools"],
    ["", {}, "other-tools"],
    ["Task", { prompt: "x" }, "hook-tamper"],
    ["Read", { file_path: "/home/u/.ssh/id_rsa" }, "secrets-read"],
    ["Read", { file_path: "~/.aws/credentials" }, "secrets-read"],
    ["Grep", { pattern: "x", path: ".env" }, "secrets-read"],
  ])("%s with %j is refused", (tool, input, rule) => {
    expect(call(tool, input)).toBe(`deny ${rule}`);
  });

  it.each([
    ["Read", { file_path: "package.json" }],
    ["Glob", { pattern: "**" }],
    ["read_file", { target_file: "src/web/b.ts" }],
    ["mcp__filesystem__read_text_file", { path: "/w/package.json" }],
    ["str_replace_based_edit_tool", { command: "view", path: "src/web/b.ts" }],
    ["TodoWrite", { todos: [] }],
    ["Read", { file_path: ".env.example" }],
  ])("%s only reads", (tool, input) => {
    expect(call(tool, input)).toBe("allow allowed");
  });
});

describe("shell tools of every host", () => {
  it.each([
    ["Bash", { command: "git push" }],
    ["shell", { command: ["git", "push"] }],
    ["local_shell", { command: ["bash", "-lc", "git push"] }],
    ["run_terminal_cmd", { command: "git push" }],
    ["exec_command", { cmd: "git push" }],
    ["terminal/create", { command: "git", args: ["push"] }],
    ["container.exec", { cmd: ["git", "push"] }],
    ["functions.shell", { command: ["git", "push"] }],
  ])("%s is followed", (tool, input) => {
    expect(call(tool, input)).toBe("deny git-push");
  });

  it("judges relative paths from the directory of the call", () => {
    expect(call("shell", { command: ["touch", "b.ts"], workdir: "src/web" })).toBe("deny scope-write");
    expect(call("shell", { command: ["touch", "b.ts"], workdir: "/w/src/api" })).toBe("allow allowed");
  });

  it("does not let a call out of the sandbox", () => {
    expect(call("Bash", { command: "ls", dangerouslyDisableSandbox: true })).toBe("deny privilege");
    expect(call("shell", { command: ["ls"], with_escalated_permissions: true })).toBe("deny privilege");
  });

  it.each([[{}], [{ command: 7 }], [{ command: ["ls", 7] }], [null], [{ command: "ls", cwd: 7 }]])(
    "refuses an input without a command: %j",
    (input) => {
      expect(call("Bash", input)).toBe("deny length");
    },
  );
});

// conforms: scope-guard
describe("policy", () => {
  test("where nobody attends, a question is a denial with the same rule", () => {
    expect(judged("$CMD")).toMatchObject({ decision: "ask", rule: "opaque" });
    expect(judged("$CMD", { attended: false })).toMatchObject({ decision: "deny", rule: "opaque" });
  });

  test("warn lets a call through with a note, off without one, and neither hides what was found", () => {
    const warned = judged("git push", { enforcement: "warn" });
    expect(warned).toMatchObject({ decision: "allow", rule: "git-push" });
    expect(warned.warning).toContain("push");
    const silent = judged("git push", { enforcement: "off" });
    expect(silent).toMatchObject({ decision: "allow", rule: "git-push" });
    expect(silent.warning).toBeUndefined();
  });

  test("a void scope and a read-only task write nothing, and read", () => {
    const invalid = { grant: grantOf({ kind: "write", globs: ["src/**", "!x"] }) };
    expect(written("src/api/a.ts", invalid).rule).toBe("invalid-scope");
    expect(judged("touch src/api/a.ts", invalid).rule).toBe("invalid-scope");
    const reading = { grant: grantOf({ kind: "read-only" }) };
    expect(written("src/api/a.ts", reading).decision).toBe("deny");
    expect(judged("echo x > src/api/a.ts", reading).decision).toBe("deny");
    expect(judged("cat package.json", reading).decision).toBe("allow");
  });

  test("scratch may be written, its folder not be deleted", () => {
    expect(written("/tmp/agent/x").decision).toBe("allow");
    expect(judged("rm -rf /tmp/agent/x").decision).toBe("allow");
    expect(judged("rm -rf /tmp/agent").decision).toBe("deny");
    expect(judged("rm -rf /tmp/agent/../other").decision).toBe("deny");
  });

  test("no text for the agent names what was refused or a way round it", () => {
    const telling = Object.entries(RULES).filter(([, { agent }]) =>
      /`|--|allow-destructive|override|bypass|instead use|escape|\bif you\b/i.test(agent),
    );
    expect(telling).toEqual([]);
    expect(judged("git push --force").forAgent).not.toContain("--force");
  });

  test("programs that are not known are asked about when the policy wants it", () => {
    expect(judged("frobnicate").decision).toBe("allow");
    expect(judged("frobnicate", { unknownPrograms: "ask" })).toMatchObject({
      decision: "ask",
      rule: "unknown-program",
    });
    expect(judged("frobnicate --exec x").decision).toBe("ask");
  });
});

// conforms: scope-guard-link
describe("links and kinds", () => {
  const view = viewOf({
    "/w/src/api/a.ts": "file",
    "/w/src/api/web": { link: "../web" },
    "/w/src/api/in": { link: "a.ts" },
    "/w/src/api/gone": { link: "../web/new.ts" },
    "/w/src/api/loop": { link: "loop" },
    "/w/src/api/twice": { names: 2 },
    "/w/src/api/pipe": "other",
    "/w/src/api/locked": "blocked",
    "/w/src/web/b.ts": "file",
    "/w/door": { link: "src/api" },
  });

  it.each([
    ["src/api/web/b.ts", "symlink"],
    ["src/api/web/new.ts", "symlink"],
    ["src/api/gone", "symlink"],
    ["src/api/loop", "symlink"],
    ["src/api/locked", "symlink"],
    ["src/api/twice", "hardlink"],
    ["src/api/pipe", "absolute"],
    ["src/api/a.ts/x", "length"],
    ["src/api", "out-of-scope"],
  ])("%s is refused by tool and command", (path, rule) => {
    expect(written(path, {}, view)).toMatchObject({ decision: "deny", rule });
    expect(judged(`echo x > ${path}`, {}, view).decision).toBe("deny");
  });

  it("needs both readings of a path with .. to be in scope", () => {
    const back = viewOf({ "/w/src/web/l": { link: "../api/sub" }, "/w/src/api/sub/x": "file" });
    expect(written("src/web/l/../a.ts", {}, back)).toMatchObject({ decision: "deny", rule: "traversal" });
    const away = viewOf({ "/w/src/api/l": { link: "../web/sub" }, "/w/src/web/sub/x": "file" });
    expect(written("src/api/l/../a.ts", {}, away)).toMatchObject({ decision: "deny", rule: "symlink" });
  });

  it("keeps protected names protected where a link by that name leads into scope", () => {
    const named = viewOf({ "/w/.claude": { link: "src/api" }, "/w/src/api/a.ts": "file" });
    expect(written(".claude/settings.json", {}, named)).toMatchObject({
      decision: "deny",
      rule: "guard-files",
    });
  });

  it("lets a link pass that leads into scope, from inside and from outside", () => {
    expect(written("src/api/in", {}, view).decision).toBe("allow");
    expect(written("door/a.ts", {}, view).decision).toBe("allow");
  });

  it("accepts a workspace that is itself reached through a link", () => {
    const linked = viewOf({ "/link": { link: "/w" }, "/w/src/api/a.ts": "file" });
    expect(written("src/api/a.ts", { root: "/link" }, linked).decision).toBe("allow");
    expect(written("/link/src/api/a.ts", { root: "/link" }, linked).decision).toBe("allow");
    expect(written("/w/src/web/b.ts", { root: "/link" }, linked).decision).toBe("deny");
  });
});
