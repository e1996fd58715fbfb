import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COMMAND_POLICY } from "../door/project-policy.ts";
import { judgeOwnSession } from "./judge-own-session.ts";

let root = "";

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "own-")));
  mkdirSync(join(root, ".git"));
  mkdirSync(join(root, "src"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const manifest = (value: object): void => put(".claude/wave-scope.json", JSON.stringify(value));

function judge(payload: unknown, { allows = false, env = {} } = {}) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return judgeOwnSession(text, "exit-2", {
    env: { TMPDIR: join(root, "tmp"), ...env },
    cwd: join(root, "src"),
    allowsDestructive: () => allows,
  });
}

const bash = (command: string) => ({ tool_name: "Bash", tool_input: { command }, cwd: root });
const edit = (path: string) => ({ tool_name: "Edit", tool_input: { file_path: path }, cwd: root });

/** `deny`, `warn` with a note on stderr, or `silent`. */
async function said(payload: unknown, options = {}): Promise<string> {
  const { exit, stdout, stderr } = await judge(payload, options);
  if (exit === 2) return stdout.includes('"permissionDecision":"deny"') ? "deny" : "broken";
  if (stdout !== "") return "spoke";
  return stderr === "" ? "silent" : "warn";
}

describe("a person's own session", () => {
  it.each([
    ["git reset --hard", "deny"],
    ["git -C . reset --hard HEAD~1", "deny"],
    ["git push --force origin main", "deny"],
    ["git push --force-with-lease", "warn"],
    ["rm -rf src", "deny"],
    ["rm -rf node_modules", "silent"],
    ["npm test", "silent"],
    ["git commit -m 'rm -rf src'", "silent"],
    ["psql -c 'drop table x'", "deny"],
  ])("answers %j with %s from the floor that is always on", async (command, expected) => {
    expect(await said(bash(command))).toBe(expected);
  });

  it("judges no files and no other tools, and starts agents", async () => {
    for (const call of [
      edit("/etc/x"),
      { tool_name: "Task", tool_input: { prompt: "x" } },
      { tool_name: "mcp__a__b" },
    ])
      expect(await said(call)).toBe("silent");
  });

  it("lets a person switch the floor off by the project's configuration, and by nothing else", async () => {
    expect(await said(bash("git reset --hard"), { allows: true })).toBe("silent");
    expect(await said(bash("git reset --hard"), { env: { SO_HOOK_PROFILE: "off" } })).toBe("deny");
  });

  it("adds the project's rules and lowers nothing", async () => {
    const rules = [
      { id: "no-seed", pattern: "npm run seed", severity: "block" },
      { id: "git-reset-hard", pattern: "git reset --hard", severity: "warn" },
    ];
    put(COMMAND_POLICY, JSON.stringify({ version: 1, rules }));
    expect(await said(bash("npm run seed"))).toBe("deny");
    expect(await said(bash("git reset --hard"))).toBe("deny");
  });

  it("keeps the floor and says so where the project's policy cannot be read", async () => {
    put(COMMAND_POLICY, "{");
    expect(await said(bash("git reset --hard"))).toBe("deny");
    expect(await judge(bash("npm test"))).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining("BW780"),
    });
  });

  it("denies what it cannot read and lets an empty payload pass", async () => {
    expect(await said("{")).toBe("deny");
    expect(await said({ hook_event_name: "Other" })).toBe("deny");
    expect(await said("")).toBe("silent");
  });

  it("finds the project by what the host says, else above the session's folder", async () => {
    put(
      COMMAND_POLICY,
      JSON.stringify({ version: 1, rules: [{ id: "x", pattern: "npm run seed", severity: "block" }] }),
    );
    const call = { tool_name: "Bash", tool_input: { command: "npm run seed" } };
    expect(await said(call)).toBe("deny");
    expect(await said(call, { env: { CLAUDE_PROJECT_DIR: tmpdir() } })).toBe("silent");
  });

  it("says to the agent what it may do and to the person what happened, and never how to pass", async () => {
    const { stdout, stderr } = await judge(bash("git reset --hard"));
    expect(`${stdout}${stderr}`).not.toMatch(/allow-destructive|override|bypass|disable/i);
  });
});

describe("a predecessor's manifest", () => {
  it("denies an edit outside of its paths under strict, and lets one inside pass in silence", async () => {
    manifest({ enforcement: "strict", allowedPaths: ["src/"], blockedCommands: [] });
    expect(await said(edit("src/a.ts"))).toBe("silent");
    expect(await said(edit(join(root, "src/a.ts")))).toBe("silent");
    expect(await said(edit(join(root, "docs/a.md")))).toBe("deny");
    expect(await said(edit("/etc/x"))).toBe("deny");
  });

  it("judges where a link leads and not how it is called", async () => {
    mkdirSync(join(root, "docs"));
    symlinkSync("../docs", join(root, "src/link"));
    manifest({ enforcement: "strict", allowedPaths: ["src/"] });
    expect(await said(edit("src/link/a.md"))).toBe("deny");
  });

  it("blocks its commands, or those of the fall-back list where it names none", async () => {
    manifest({ enforcement: "strict", allowedPaths: ["src/"], blockedCommands: ["npm publish"] });
    expect(await said(bash("npm publish"))).toBe("deny");
    manifest({ enforcement: "strict", allowedPaths: ["src/"], blockedCommands: [] });
    expect(await said(bash("git checkout -- ."), { allows: true })).toBe("deny");
  });

  it("warns under warn, is silent when it is off, and counts as strict where it says nothing", async () => {
    manifest({ enforcement: "warn", allowedPaths: ["src/"], blockedCommands: ["npm publish"] });
    expect([await said(edit("docs/a")), await said(bash("npm publish"))]).toEqual(["warn", "warn"]);
    manifest({ enforcement: "off", allowedPaths: [] });
    expect([await said(edit("docs/a")), await said(bash("npm publish"))]).toEqual(["silent", "silent"]);
    manifest({ allowedPaths: [] });
    expect(await said(edit("src/a"))).toBe("deny");
  });

  it("may switch either gate off by itself", async () => {
    manifest({ enforcement: "strict", allowedPaths: [], gates: { "path-guard": false } });
    expect([await said(edit("src/a")), await said(bash("rm -rf x"))]).toEqual(["silent", "deny"]);
    manifest({
      enforcement: "strict",
      allowedPaths: [],
      blockedCommands: ["npm publish"],
      gates: { "command-guard": false },
    });
    expect([await said(edit("src/a")), await said(bash("npm publish"))]).toEqual(["deny", "silent"]);
  });

  it.each([
    "{",
    "[]",
    '{"allowedPaths":"src"}',
    '{"allowedPaths":["**"],"allowedPaths":[]}',
    '{"enforcement":"maybe"}',
  ])("allows no write and keeps the fall-back list when it is %s", async (text) => {
    put(".claude/wave-scope.json", text);
    expect([await said(edit("src/a")), await said(bash("rm -rf x"))]).toEqual(["deny", "deny"]);
  });
});
