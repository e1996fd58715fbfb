import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gate, GateDecision, HookDoor, HookDoorWish, ToolIntent } from "@breakwater/agents";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askDoor } from "./ask-door.ts";
import { MOST_PAYLOAD, NO_ANSWER, readAnswer } from "./frame.ts";
import { type HookDoors, hookDoorsOf } from "./hook-door.ts";

let folder = "";
let doors: HookDoors;
let intents: ToolIntent[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hd-"));
  writeFileSync(join(folder, "hook.cjs"), "");
  intents = [];
  doors = doorsWith({ allow: true });
});
afterEach(async () => {
  await doors.close();
  rmSync(folder, { recursive: true, force: true });
});

const NO: GateDecision = { allow: false, rule: "guard:git-push", reason: "Leave it." };

function doorsWith(decision: GateDecision | (() => Promise<GateDecision>)): HookDoors {
  const gate: Gate = {
    decide: async (intent) => {
      intents.push(intent);
      return typeof decision === "function" ? decision() : decision;
    },
  };
  return hookDoorsOf({ resultFile: join(folder, "T1.1.result.json"), token: "t", hookClients: folder }, gate);
}

async function opened(wish: Partial<HookDoorWish> = {}): Promise<HookDoor> {
  const door = await doors.open({ protocol: "claude", ...wish });
  if (!door.ok) throw new Error(door.failure.message);
  return door.value;
}

const payload = JSON.stringify({
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_input: { command: "git push" },
});

/** Sends bytes as they are and gives what comes back. */
function raw(door: HookDoor, bytes: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(door.socketPath, () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks)));
  });
}

describe("the socket of a hook door", () => {
  it("is not there before it is asked for, is only this user's, and goes with the attempt", async () => {
    expect(existsSync(join(folder, "T1.1.door"))).toBe(false);
    const door = await opened();
    const modes = [door.folder, door.socketPath, join(door.folder, "token")].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(door.token).toMatch(/^[0-9a-f]{64}$/);
    expect(door.command.join(" ")).not.toContain(door.token);
    expect(doors.reach().map(({ path, access }) => [path, access])).toEqual([
      [door.folder, "read"],
      [folder, "read"],
    ]);
    await doors.close();
    expect(existsSync(door.folder)).toBe(false);
    expect(await askDoor(door.folder, { protocol: "claude", payload })).toEqual(NO_ANSWER);
    expect((await doors.open({ protocol: "claude" })).ok).toBe(false);
  });

  it("asks the gate of the attempt and tells its adapter what was asked and answered", async () => {
    doors = doorsWith(NO);
    const heard: unknown[] = [];
    const door = await opened({ asked: (intent, decision) => heard.push([intent.command, decision]) });
    const answer = await askDoor(door.folder, { protocol: "claude", payload });
    expect(answer.stdout).toContain('"permissionDecisionReason":"Leave it."');
    expect(intents.map((intent) => intent.command)).toEqual(["git push"]);
    expect(heard).toEqual([["git push", NO]]);
  });

  it("is one door however often it is asked for", async () => {
    const [one, other] = [await opened(), await opened({ protocol: "codex" })];
    expect([one.token, one.socketPath]).toEqual([other.token, other.socketPath]);
    expect(other.command.at(-1)).toBe("codex");
  });

  it.each([
    ["a wrong token", () => `breakwater-door/1 ${"0".repeat(64)} claude ${payload.length}\n${payload}`],
    ["a token of another length", () => `breakwater-door/1 x claude ${payload.length}\n${payload}`],
    ["garbage", () => "GET / HTTP/1.1\n\n"],
    ["another version", (door: HookDoor) => `breakwater-door/2 ${door.token} claude 2\n{}`],
    ["an unknown protocol", (door: HookDoor) => `breakwater-door/1 ${door.token} other 2\n{}`],
    ["a header without an end", () => "x".repeat(2_000)],
    ["more than it announced", (door: HookDoor) => `breakwater-door/1 ${door.token} claude 1\n{}`],
    [
      "an oversize payload",
      (door: HookDoor) => `breakwater-door/1 ${door.token} claude ${MOST_PAYLOAD + 1}\n`,
    ],
    ["no payload", (door: HookDoor) => `breakwater-door/1 ${door.token} claude 0\n`],
    ["a call that stops half-way", (door: HookDoor) => `breakwater-door/1 ${door.token} claude 900\n{`],
  ])("denies %s without asking anybody", async (_name, bytes) => {
    const door = await opened();
    expect(readAnswer(await raw(door, bytes(door)))).toEqual(NO_ANSWER);
    expect(intents).toEqual([]);
  });

  it("denies where the gate breaks or does not answer in time, and tells its adapter", async () => {
    doors = doorsWith(() => Promise.reject(new Error("broken")));
    const heard: GateDecision[] = [];
    const { folder: broken } = await opened({ asked: (_intent, decision) => heard.push(decision) });
    const denial = await askDoor(broken, { protocol: "claude", payload });
    expect(denial.stdout).toContain('"permissionDecision":"deny"');
    expect(heard).toMatchObject([{ allow: false, rule: "door:broken" }]);
    await doors.close();
    doors = doorsWith(() => new Promise(() => {}));
    const late = await askDoor((await opened()).folder, { protocol: "claude", payload });
    expect(late.stdout).toContain('"permissionDecision":"deny"');
  });

  it("goes on after a caller that goes away", async () => {
    const door = await opened();
    const socket = connect(door.socketPath);
    socket.on("error", () => {});
    socket.write("breakwater-door/1 half", () => socket.destroy());
    await new Promise((resolve) => socket.once("close", resolve));
    expect((await askDoor(door.folder, { protocol: "claude", payload })).exit).toBe(0);
  });
});

describe("the loopback address of a hook door", () => {
  type Post = {
    readonly headers?: Readonly<Record<string, string>>;
    readonly method?: string;
    readonly body?: string;
  };

  function post(url: string, { headers = {}, method = "POST", body = payload }: Post) {
    return new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
      const call = request(url, { method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }),
        );
      });
      call.on("error", reject);
      call.end(method === "GET" ? undefined : body);
    });
  }

  it("is there only where it is wished for, and gives the same decisions", async () => {
    doors = doorsWith(NO);
    expect((await opened()).url).toBeUndefined();
    const door = await opened({ http: true });
    expect(door.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    const { status, body } = await post(door.url ?? "", {
      headers: { authorization: `Bearer ${door.token}` },
    });
    expect([status, body]).toEqual([200, expect.stringContaining("Leave it.")]);
    expect(intents).toHaveLength(1);
  });

  it("has no opinion about what may run", async () => {
    const door = await opened({ http: true });
    const { body } = await post(door.url ?? "", { headers: { authorization: `Bearer ${door.token}` } });
    expect(JSON.parse(body)).toEqual({});
  });

  it.each<[string, (door: HookDoor) => Post]>([
    ["no token", () => ({})],
    ["a wrong token", () => ({ headers: { authorization: `Bearer ${"0".repeat(64)}` } })],
    ["another method", (door) => ({ method: "GET", headers: { authorization: `Bearer ${door.token}` } })],
    [
      "a page",
      (door) => ({ headers: { authorization: `Bearer ${door.token}`, origin: "http://x.example" } }),
    ],
    ["another host", (door) => ({ headers: { authorization: `Bearer ${door.token}`, host: "x.example" } })],
    [
      "an oversize body",
      (door) => ({ headers: { authorization: `Bearer ${door.token}` }, body: "x".repeat(MOST_PAYLOAD + 1) }),
    ],
    ["no JSON", (door) => ({ headers: { authorization: `Bearer ${door.token}` }, body: "{" })],
  ])("answers %s with a denial that clients understand, and asks nobody", async (_name, make) => {
    const door = await opened({ http: true });
    const { status, body } = await post(door.url ?? "", make(door));
    expect([status, body]).toEqual([200, expect.stringContaining('"permissionDecision":"deny"')]);
    expect(intents).toEqual([]);
  });
});

it("without a client beside the program there is no door, and the failure says so", async () => {
  const empty = mkdtempSync(join(tmpdir(), "hd-"));
  const none = hookDoorsOf(
    { resultFile: join(folder, "T2.1.result.json"), token: "t", hookClients: empty },
    { decide: async () => ({ allow: true }) },
  );
  const door = await none.open({ protocol: "claude" });
  expect(door.ok ? "" : door.failure.code).toBe("BW747");
  expect(readFileSync(join(folder, "hook.cjs"), "utf8")).toBe("");
  rmSync(empty, { recursive: true });
});
