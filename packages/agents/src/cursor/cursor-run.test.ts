import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attemptId, fail, ok, taskId } from "@breakwater/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  AgentEvent,
  AgentResult,
  AgentRun,
  ClientEnd,
  ClientLaunch,
  HookDoorWish,
} from "../contract.ts";
import { startCursor } from "./cursor-run.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "cursor-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A client that prints these lines and exits; what it prints is the shape that the documentation shows. */
type Client = {
  readonly lines?: readonly object[];
  readonly stderr?: string;
  readonly code?: number;
  readonly asks?: readonly { readonly call: string; readonly path: string }[];
  readonly noDoor?: boolean;
  readonly prompt?: string;
};

type Ran = {
  readonly result: AgentResult;
  readonly events: readonly AgentEvent[];
  readonly launches: readonly ClientLaunch[];
  readonly killed: boolean;
};

async function ran({
  lines = [],
  stderr = "",
  code = 0,
  asks = [],
  noDoor,
  prompt = "Do it.",
}: Client): Promise<Ran> {
  const events: AgentEvent[] = [];
  const launches: ClientLaunch[] = [];
  let killed = false;
  let asked: HookDoorWish["asked"];
  const run: AgentRun = {
    gate: { decide: async () => ({ allow: true }) },
    hear: (event) => void events.push(event),
    openHookDoor: async (wish) => {
      asked = wish.asked;
      if (noDoor === true) return fail({ code: "BW747", message: "no door" });
      return ok({
        command: ["/opt/a b/hook", "--door", folder],
        environment: {},
        folder,
        socketPath: join(folder, "socket"),
        token: "t",
      });
    },
    launch: (launch) => {
      launches.push(launch);
      const print = (): ClientEnd => {
        for (const { call, path } of asks)
          asked?.({ call, tool: "Write", kind: "write", paths: [path] }, { allow: true });
        launch.onStdout(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
        launch.onStderr(Buffer.from(stderr));
        return { code, signal: null };
      };
      return {
        pid: 1,
        ended: Promise.resolve().then(print),
        write: () => {},
        endInput: () => {},
        stop: () => {},
        kill: () => void (killed = true),
      };
    },
  };
  const spec = { attempt: attemptId(taskId("T1"), 1), workspace: "/w", prompt, environment: {}, options: {} };
  const result = await startCursor("/bin/cursor-agent", spec, run).result;
  return { result, events, launches, killed };
}

const RESULT = {
  type: "result",
  subtype: "success",
  is_error: false,
  result: "STATUS: done — it",
  session_id: "s",
};
const written = (id: string, result: object = { success: { path: "a.txt" } }): object => ({
  type: "tool_call",
  subtype: "completed",
  call_id: id,
  tool_call: { writeToolCall: { args: { path: "a.txt" }, result } },
});

describe("a run of Cursor's client", () => {
  it("passes the hook as a plugin in the folder of the door, fail closed, and nothing into the workspace", async () => {
    const { launches } = await ran({ lines: [RESULT], prompt: "- a list" });
    const command = launches[0]?.command ?? ["none"];
    const plugin = command[command.indexOf("--plugin-dir") + 1] ?? "";
    expect(plugin).toBe(join(folder, "cursor"));
    expect(JSON.parse(readFileSync(join(plugin, "hooks", "hooks.json"), "utf8"))).toEqual({
      version: 1,
      hooks: { preToolUse: [{ command: `'/opt/a b/hook' --door ${folder}`, timeout: 10, failClosed: true }] },
    });
    expect(command.at(-1)).toBe("\n- a list");
  });

  it("is completed by its result line and an orderly exit together", async () => {
    expect((await ran({ lines: [RESULT] })).result).toMatchObject({
      ending: { kind: "completed" },
      claim: { kind: "done", summary: "it" },
      runtimeSession: "s",
    });
    expect((await ran({ lines: [] })).result.ending).toMatchObject({ kind: "error", class: "protocol" });
    expect((await ran({ lines: [RESULT], code: 1 })).result.ending).toMatchObject({ kind: "error" });
    const failed = { ...RESULT, is_error: true, result: "You've hit your usage limit" };
    expect((await ran({ lines: [failed] })).result.ending).toMatchObject({ class: "quota" });
  });

  it("takes the reason from what it complained of where there is no result line", async () => {
    const { ending } = (await ran({ code: 1, stderr: "Error: Not logged in\n" })).result;
    expect(ending).toMatchObject({ kind: "error", class: "auth" });
    expect((await ran({ code: 3, stderr: "boom" })).result.ending).toMatchObject({ class: "crash" });
  });

  it("ends as unproven where a call went well that the door was not asked about", async () => {
    const { result, killed } = await ran({ lines: [written("c1"), RESULT] });
    expect(result.ending).toMatchObject({ kind: "gate-missing" });
    expect(killed).toBe(true);
  });

  it("finds the call of a hook by its id, else by its path, once", async () => {
    const asks = [
      { call: "c1", path: "a.txt" },
      { call: "h2", path: "a.txt" },
    ];
    const { result, events } = await ran({ asks, lines: [written("c1"), written("other"), RESULT] });
    expect(result.ending).toEqual({ kind: "completed" });
    const results = events.flatMap((event) => (event.kind === "tool-result" ? [event.call] : []));
    expect(results).toEqual(["c1", "h2"]);
    const third = await ran({ asks, lines: [written("c1"), written("other"), written("more"), RESULT] });
    expect(third.result.ending).toMatchObject({ kind: "gate-missing" });
  });

  it("goes on after a call that the client itself refused without asking", async () => {
    const { result } = await ran({ lines: [written("c1", { rejected: { reason: "no" } }), RESULT] });
    expect(result.ending).toEqual({ kind: "completed" });
  });

  it("starts no client without a door", async () => {
    const { result, launches } = await ran({ noDoor: true });
    expect(result.ending).toMatchObject({ kind: "gate-missing", message: "no door" });
    expect(launches).toEqual([]);
  });
});
