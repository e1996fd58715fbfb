import { describe, expect, it } from "vitest";
import { intentOfItem, patchIntent } from "./codex-item.ts";

const change = (path: string, type: string, more: object = {}): object => ({
  path,
  kind: { type, ...more },
  diff: "d",
});

describe("the intent of a patch", () => {
  it("names every file, and both places of one that moves", () => {
    const changes = [change("/w/a", "add"), change("/w/b", "update", { move_path: "/w/c" })];
    expect(patchIntent("1", { changes })).toMatchObject({ kind: "write", paths: ["/w/a", "/w/b", "/w/c"] });
  });

  it("is a deletion only where nothing is written", () => {
    expect(patchIntent("1", { changes: [change("/w/a", "delete")] }).kind).toBe("delete");
    expect(patchIntent("1", { changes: [change("/w/a", "delete"), change("/w/b", "add")] }).kind).toBe(
      "write",
    );
  });

  it("of an unknown patch is a write that names no path, which a door refuses", () => {
    expect(patchIntent("1", undefined)).toMatchObject({ kind: "write", paths: [] });
  });
});

describe("the intent of an item", () => {
  it.each([
    [
      { type: "mcpToolCall", server: "s", tool: "t" },
      { kind: "mcp", tool: "s/t" },
    ],
    [
      { type: "webSearch", query: "q" },
      { kind: "net", tool: "web_search" },
    ],
    [
      { type: "collabAgentToolCall", tool: "spawnAgent" },
      { kind: "spawn", tool: "spawnAgent" },
    ],
    [
      { type: "commandExecution", command: "ls", cwd: "/w" },
      { kind: "exec", command: "ls" },
    ],
  ])("of %j is %j", (item, intent) => {
    expect(intentOfItem({ id: "1", ...item })).toMatchObject(intent);
  });

  it("is none for what is no call", () => {
    for (const type of ["agentMessage", "reasoning", "plan", "neverHeardOf"])
      expect(intentOfItem({ id: "1", type })).toBeUndefined();
  });
});
