import { describe, expect, it } from "vitest";
import { readHookPayload } from "./payload.ts";
import { renderAnswer } from "./render-answer.ts";

const read = (value: unknown, wanted: Parameters<typeof readHookPayload>[1] = "auto") =>
  readHookPayload(typeof value === "string" ? value : JSON.stringify(value), wanted);

const claude = {
  session_id: "s",
  transcript_path: "/t.jsonl",
  cwd: "/w",
  permission_mode: "default",
  hook_event_name: "PreToolUse",
  tool_name: "Write",
  tool_input: { file_path: "/w/a.ts", content: "x" },
  tool_use_id: "toolu_1",
};
const codex = {
  ...claude,
  turn_id: "t",
  model: "m",
  tool_name: "apply_patch",
  tool_input: { command: "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch\n" },
};
const cursor = {
  conversation_id: "c",
  generation_id: "g",
  hook_event_name: "preToolUse",
  workspace_roots: ["/w"],
  cwd: "/w",
  tool_name: "Shell",
  tool_input: { command: "npm test" },
};

describe("the payload of a hook", () => {
  it("tells its protocol by its shape, and the flag goes first", () => {
    const shapes = [claude, codex, cursor, { tool_name: "Bash", tool_input: { command: "ls" } }];
    expect(shapes.map((shape) => read(shape)).map((each) => each.kind !== "empty" && each.protocol)).toEqual([
      "claude",
      "codex",
      "cursor",
      "exit-2",
    ]);
    expect(read(claude, "exit-2")).toMatchObject({ kind: "call", protocol: "exit-2" });
  });

  it("names the files of a patch, whose only argument is its text", () => {
    const patch = (...lines: readonly string[]) => ({
      ...codex,
      tool_input: { command: ["*** Begin Patch", ...lines, "*** End Patch"].join("\n") },
    });
    expect(
      read(patch("*** Update File: src/a", "*** Move to: src/b", "@@", "-*** Add File: x", "+y")),
    ).toMatchObject({ intent: { kind: "write", paths: ["src/a", "src/b"] } });
    expect(read(patch("*** Delete File: /w/a"))).toMatchObject({
      intent: { kind: "delete", paths: ["/w/a"] },
    });
    expect(read({ ...codex, tool_input: { command: "no patch" } })).toMatchObject({
      intent: { kind: "write", paths: [] },
    });
  });

  it("becomes an intent with the kind, the paths and the command of the call", () => {
    expect(read(claude)).toMatchObject({
      intent: { call: "toolu_1", tool: "Write", kind: "write", paths: ["/w/a.ts"], directory: "/w" },
    });
    expect(read(codex)).toMatchObject({ intent: { kind: "write", paths: ["a"] } });
    expect(read(cursor)).toMatchObject({ intent: { kind: "exec", command: "npm test", paths: [] } });
    expect(read({ ...claude, tool_name: "mcp__x__y" })).toMatchObject({ intent: { kind: "mcp" } });
    expect(read({ ...claude, agent_id: "a1" })).toMatchObject({ intent: { agent: "a1" } });
  });

  it("is read from each event of Cursor that comes before a call", () => {
    const shell = { ...cursor, hook_event_name: "beforeShellExecution", command: "ls" };
    expect(read(shell)).toMatchObject({ intent: { kind: "exec", command: "ls" } });
    const file = { ...cursor, hook_event_name: "beforeReadFile", file_path: "/w/a" };
    expect(read(file)).toMatchObject({ intent: { kind: "read", paths: ["/w/a"] } });
    const mcp = { ...cursor, hook_event_name: "beforeMCPExecution", tool_name: "x", tool_input: '{"a":1}' };
    expect(read(mcp)).toMatchObject({ intent: { tool: "x", input: { a: 1 } } });
  });

  it("is a notice where it tells of what has happened", () => {
    for (const event of ["PostToolUse", "SessionStart", "Stop", "afterFileEdit", "UserPromptSubmit"])
      expect(read({ ...claude, hook_event_name: event }).kind).toBe("notice");
  });

  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["a list", []],
    ["an event that nobody knows", { ...claude, hook_event_name: "BeforeAnything" }],
    ["an event that is no text", { ...claude, hook_event_name: 7 }],
    ["no tool", { ...claude, tool_name: undefined }],
    ["a tool that is no text", { ...claude, tool_name: ["Bash"] }],
    ["an input that is no object", { ...claude, tool_input: 7 }],
    ["an input that is a list", { ...claude, tool_input: ["rm"] }],
  ])("is unreadable where it is or holds %s", (_name, value) => {
    expect(read(value).kind).toBe("unreadable");
  });

  it("is empty without a character", () => {
    expect(read(" \n").kind).toBe("empty");
  });
});

describe("the answer of a hook", () => {
  const deny = { kind: "deny", reason: "why", forPerson: "who" } as const;

  it("is silent about what it lets through, but for Cursor, which takes silence for a fault", () => {
    for (const protocol of ["claude", "codex", "exit-2"] as const)
      expect(renderAnswer(protocol, { kind: "allow" })).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(JSON.parse(renderAnswer("cursor", { kind: "allow" }).stdout)).toEqual({ permission: "allow" });
  });

  it("denies in the dialect of each client", () => {
    const inner = {
      hookEventName: "PreToolUse",
      permissionDecision: "deny",
      permissionDecisionReason: "why",
    };
    for (const protocol of ["claude", "codex"] as const) {
      const { exit, stdout } = renderAnswer(protocol, deny);
      expect([exit, JSON.parse(stdout)]).toEqual([0, { hookSpecificOutput: inner, systemMessage: "who" }]);
    }
    expect(JSON.parse(renderAnswer("cursor", deny).stdout)).toEqual({
      permission: "deny",
      user_message: "who",
      agent_message: "why",
    });
    const { exit, stdout, stderr } = renderAnswer("exit-2", deny);
    expect([exit, JSON.parse(stdout), stderr]).toEqual([
      2,
      { permissionDecision: "deny", reason: "why" },
      "why\n",
    ]);
  });

  it("stays below what a client reads, however long a text is", () => {
    const long = { kind: "deny", reason: "x".repeat(100_000) } as const;
    for (const protocol of ["claude", "codex", "cursor", "exit-2"] as const)
      expect(renderAnswer(protocol, long).stdout.length).toBeLessThan(16_000);
  });
});
