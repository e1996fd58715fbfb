import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gate, HookDoor, HookProtocol } from "@breakwater/agents";
import { type HookDoors, hookDoorsOf, MOST_PAYLOAD, NATIVE_CLIENT } from "@breakwater/shells";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const packageFolder = join(import.meta.dirname, "../..");
/** `/tmp` and not a longer folder: the name of a socket is bounded. */
const home = mkdtempSync(join(tmpdir(), "hc-"));
const dist = join(home, "dist");
const alone = join(home, "alone");

beforeAll(() => {
  for (const [script, target] of [
    ["bundle.mjs", dist],
    ["build-native.mjs", join(dist, "native")],
  ] as const) {
    const made = spawnSync(process.execPath, [join(packageFolder, "../../scripts", script), target], {
      cwd: packageFolder,
      encoding: "utf8",
    });
    if (made.status !== 0) throw new Error(`${script}: ${made.stderr}`);
  }
  mkdirSync(alone);
  cpSync(join(dist, "hook.cjs"), join(alone, "hook.cjs"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Starts a hook as a client does, without blocking this process, which may be its door. */
function run(
  command: readonly string[],
  input: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const [file = "", ...args] = command;
    const child = spawn(file, args, { cwd: home, env, stdio: "pipe" });
    const out: Buffer[] = [];
    const error: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
    child.stdin.on("error", () => {});
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(error).toString() }),
    );
    child.stdin.end(input);
  });
}

const call = (command: string): string =>
  JSON.stringify({ hook_event_name: "PreToolUse", tool_name: "Bash", tool_input: { command } });

const gate: Gate = {
  decide: async ({ command = "" }) =>
    command.includes("push")
      ? { allow: false, rule: "guard:git-push", reason: "Leave it." }
      : { allow: true },
};

/** A server that answers every connection with these bytes. */
function fakeDoor(folder: string, answer: Buffer | undefined): Promise<Server> {
  mkdirSync(folder);
  writeFileSync(join(folder, "token"), `${"a".repeat(64)}\n`);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => (answer === undefined ? undefined : socket.end(answer)));
  });
  return new Promise((resolve) => server.listen(join(folder, "socket"), () => resolve(server)));
}

const clients: readonly (readonly [string, () => readonly string[]])[] = [
  ["the client in C", () => [join(dist, NATIVE_CLIENT)]],
  ["the hook for Node, alone in a folder", () => [process.execPath, join(alone, "hook.cjs")]],
];

it("the build makes the client in C, which this machine has a compiler for", () => {
  expect(existsSync(join(dist, NATIVE_CLIENT))).toBe(true);
});

it("the hook for Node is one small file of its own", () => {
  const text = readFileSync(join(dist, "hook.cjs"), "utf8");
  expect(Buffer.byteLength(text)).toBeLessThan(8 * 1024);
  const needed = [...text.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map((match) => match[1] ?? "");
  expect(
    needed.filter((name) => !name.startsWith("node:") && !name.startsWith("./hook-own-session")),
  ).toEqual([]);
});

describe.each(clients)("%s", (_name, clientOf) => {
  let doors: HookDoors;
  let door: HookDoor;
  let scratch = "";
  let child: ChildProcess | undefined;

  const hook = (folder: string, protocol: HookProtocol = "claude"): readonly string[] => [
    ...clientOf(),
    "--door",
    folder,
    "--protocol",
    protocol,
  ];

  beforeEach(async () => {
    scratch = mkdtempSync(join(home, "d"));
    doors = hookDoorsOf({ resultFile: join(scratch, "T.result.json"), token: "t", hookClients: dist }, gate);
    const opened = await doors.open({ protocol: "claude" });
    if (!opened.ok) throw new Error(opened.failure.message);
    door = opened.value;
  });
  afterEach(async () => {
    if (child?.pid !== undefined) process.kill(child.pid, "SIGKILL");
    child = undefined;
    await doors.close();
  });

  it("is silent where the door lets a call through, and repeats its denial", async () => {
    expect(await run(hook(door.folder), call("ls"))).toEqual({ code: 0, stdout: "", stderr: "" });
    const denied = await run(hook(door.folder), call("git push"));
    expect([denied.code, JSON.parse(denied.stdout)]).toMatchObject([
      0,
      { hookSpecificOutput: { permissionDecision: "deny", permissionDecisionReason: "Leave it." } },
    ]);
    expect(await run(hook(door.folder, "exit-2"), call("git push"))).toEqual({
      code: 2,
      stdout: '{"permissionDecision":"deny","reason":"Leave it."}\n',
      stderr: "Leave it.\n",
    });
  });

  it("finds the door by its environment too", async () => {
    const ran = await run([...clientOf()], call("git push"), door.environment);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("Leave it.")]);
  });

  // conforms: hook-input
  it("takes a call of a megabyte and denies a longer one", async () => {
    const frame = call("").length;
    expect((await run(hook(door.folder), call("x".repeat(MOST_PAYLOAD - frame)))).code).toBe(0);
    expect((await run(hook(door.folder), call("x".repeat(MOST_PAYLOAD - frame + 1)))).code).toBe(2);
  });

  const denied = { code: 2, stdout: "", stderr: expect.stringContaining("does not run") };

  it("denies without a listener, a token or a folder, and by words that nobody knows", async () => {
    await doors.close();
    expect(await run(hook(door.folder), call("ls"))).toEqual(denied);
    const empty = mkdtempSync(join(scratch, "e"));
    expect(await run(hook(empty), call("ls"))).toEqual(denied);
    writeFileSync(join(empty, "token"), "a".repeat(64));
    expect(await run(hook(empty), call("ls"))).toEqual(denied);
    expect(await run([...hook(empty), "--else"], call("ls"))).toEqual(denied);
    expect(await run([...clientOf(), "--protocol", "NONE"], call("ls"), { BREAKWATER_DOOR: empty })).toEqual(
      denied,
    );
  });

  it("denies with a wrong token", async () => {
    writeFileSync(join(door.folder, "token"), `${"0".repeat(64)}\n`);
    expect(await run(hook(door.folder), call("ls"))).toEqual(denied);
  });

  it("denies when the door is frozen", async () => {
    const folder = join(scratch, "f");
    const script = `const net = require("node:net"), fs = require("node:fs");
      fs.mkdirSync(${JSON.stringify(folder)}); fs.writeFileSync(${JSON.stringify(join(folder, "token"))}, "a".repeat(64));
      net.createServer((s) => s.end("breakwater-door/1 0 0 0\\n")).listen(${JSON.stringify(join(folder, "socket"))}, () => console.log("up"));`;
    child = spawn(process.execPath, ["-e", script], {
      cwd: home,
      env: {},
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve) => child?.stdout?.once("data", resolve));
    expect((await run(hook(folder), call("ls"))).code).toBe(0);
    child.kill("SIGSTOP");
    expect(await run(hook(folder), call("ls"))).toEqual(denied);
  });

  const frame = (text: string): Buffer => Buffer.from(text);
  it.each<[string, Buffer | undefined]>([
    ["says nothing", undefined],
    ["hangs up", frame("")],
    ["cuts its answer off", frame("breakwater-door/1 0 10 0\nshort")],
    ["says more than it announced", frame("breakwater-door/1 0 0 0\nmore")],
    ["talks nonsense", frame("HTTP/1.1 200 OK\r\n\r\n")],
    ["speaks another version", frame("breakwater-door/2 0 0 0\n")],
    ["ends with another code", frame("breakwater-door/1 1 0 0\n")],
    ["ends with no code", frame("breakwater-door/1  0 0\n")],
    ["counts backwards", frame("breakwater-door/1 0 -1 1\n")],
    ["counts too far", frame(`breakwater-door/1 0 ${"9".repeat(30)} 0\n`)],
    ["hides a NUL in its head", frame("breakwater-door/1 0 0 0\0\n")],
    ["answers too much", Buffer.concat([frame("breakwater-door/1 0 70000 0\n"), Buffer.alloc(70_000, "x")])],
    ["never ends its head", Buffer.alloc(5_000, "x")],
  ])("denies when the door %s", async (_fault, answer) => {
    const folder = join(scratch, "g");
    const server = await fakeDoor(folder, answer);
    const ran = await run(hook(folder), call("ls"));
    server.close();
    expect(ran).toEqual(denied);
  });
});

describe("breakwater hook in a person's own session", () => {
  const entries = [
    ["the hook for Node", () => [process.execPath, join(dist, "hook.cjs")]],
    ["the command", () => [process.execPath, join(dist, "main.cjs"), "hook"]],
  ] as const;

  // conforms: hook-input, hook-closed
  it.each(entries)("%s judges by the floor and exits with 0 or 2", async (_name, entryOf) => {
    const denied = await run(entryOf(), call("git reset --hard"));
    expect([denied.code, JSON.parse(denied.stdout)]).toMatchObject([
      0,
      { hookSpecificOutput: { permissionDecision: "deny" } },
    ]);
    expect(await run(entryOf(), call("ls"))).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run(entryOf(), "")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await run(entryOf(), "{")).code).toBe(2);
    expect((await run([...entryOf(), "--help"], call("ls"))).code).toBe(2);
    expect((await run([...entryOf(), "--output", "json"], call("ls"))).code).toBe(2);
  });

  it("denies when a part of the hook itself is missing", async () => {
    const ran = await run([process.execPath, join(alone, "hook.cjs")], call("ls"));
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
  });

  // conforms: config-destructive, hook-project
  it("reads the project's leave for destructive commands", async () => {
    const project = mkdtempSync(join(home, "p"));
    mkdirSync(join(project, ".git"));
    writeFileSync(join(project, "CLAUDE.md"), "# P\n\n## Session Config\n\n- allow-destructive-ops: true\n");
    const env = { CLAUDE_PROJECT_DIR: project };
    expect((await run(entries[0][1](), call("git reset --hard"), env)).stdout).toBe("");
  });
});
