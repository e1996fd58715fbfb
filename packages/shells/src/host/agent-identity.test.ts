import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolIntent } from "@breakwater/agents";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTicket, routeCall } from "./agent-identity.ts";

const TICKET = "a".repeat(32);
const OTHER = "b".repeat(32);
const BRIEF = "mcp__plugin_breakwater_breakwater__brief";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "breakwater-agents-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function openDoor(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "token"), "t");
  return folder;
}

function call(
  agent: string | undefined,
  tool: string,
  input: Readonly<Record<string, unknown>> = {},
): string {
  const intent: ToolIntent = { call: "c", tool, kind: "other", paths: [], input };
  return routeCall(root, agent === undefined ? intent : { ...intent, agent }).kind;
}

describe("The identity of a host's agents", () => {
  it("plays no part where nothing is handed out, nor for the person's own agent", () => {
    expect(call("a1", "Write")).toBe("own");
    openTicket(root, TICKET, openDoor("door"));
    expect(call(undefined, "Write")).toBe("own");
    expect(call("a1", "Write")).toBe("stranger");
  });

  it("is bound by the ticket once and for all", () => {
    const doors = [openDoor("one"), openDoor("two")];
    openTicket(root, TICKET, doors[0] ?? "");
    openTicket(root, OTHER, doors[1] ?? "");
    expect(call("a1", BRIEF, { ticket: TICKET })).toBe("ours");
    expect(call("a1", BRIEF, { ticket: OTHER })).toBe("ours");
    expect(routeCall(root, { call: "c", tool: "Write", kind: "write", paths: [], agent: "a1" })).toEqual({
      kind: "door",
      folder: doors[0],
    });
    expect(call("a2", "Write")).toBe("stranger");
  });

  it("is given by no other text than an open ticket", () => {
    openTicket(root, TICKET, openDoor("door"));
    for (const ticket of [OTHER, "", "../x", `${TICKET}/..`, 7, null, { length: 32 }])
      expect(call("a1", BRIEF, { ticket })).toBe("stranger");
    for (const tool of ["mcp__evil__brief", "mcp__breakwater-x__brief", "brief", "mcp__breakwater__next"])
      expect(call("a1", tool, { ticket: TICKET })).toBe("stranger");
    expect(call("../../x\u0000", BRIEF, { ticket: TICKET })).toBe("ours");
    expect(readdirSync(root).toSorted()).toEqual([".orchestrator", "door"]);
  });

  it("stays at a door that was closed while others are open, and is forgotten with the next ticket", () => {
    const door = openDoor("door");
    openTicket(root, TICKET, door);
    expect(call("a1", BRIEF, { ticket: TICKET })).toBe("ours");
    rmSync(door, { recursive: true });
    expect(call("a1", "Write")).toBe("door");
    expect(call("a2", "Write")).toBe("own");
    openTicket(root, OTHER, openDoor("two"));
    expect(call("a1", "Write")).toBe("stranger");
  });
});
