import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { CommandLine } from "@breakwater/agents";
import { attemptId, taskId } from "@breakwater/core";
import { identifyProcess, isSameProcessAlive } from "@breakwater/node";
import {
  type AttemptTrial,
  bundleAttemptEntry,
  openAttemptTrial,
  openSteering,
  type Steering,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { findAttempt, nudgeAttempt, startAttempt, stopAttempt } from "./attempt-client.ts";
import { attemptFiles, companionFiles } from "./order.ts";
import { writeResult } from "./result-file.ts";
import { type AttemptEvent, watchAttempt } from "./watch-attempt.ts";

let program: CommandLine;
let trial: AttemptTrial;
let steering: Steering;

beforeAll(async () => {
  program = await bundleAttemptEntry();
});
beforeEach(async () => {
  trial = openAttemptTrial(program);
  steering = await openSteering();
});
afterEach(async () => {
  await steering.close();
  await trial.close();
});

const done = { report: "done", summary: "it is done" };
const waits = (more: Parameters<AttemptTrial["order"]>[0] = {}) =>
  trial.order({ script: [{ wait: "go" }, done], runtimeOptions: { steering: steering.path }, ...more });

describe("starting an attempt", () => {
  it("starts it once, however many start it at the same time", async () => {
    const order = waits();
    const starts = await Promise.all(Array.from({ length: 4 }, () => startAttempt(order, trial.host)));
    const handles = starts.flatMap((start) => (start.ok ? [start.value] : []));
    expect(new Set(handles.map((handle) => handle.pid)).size).toBe(1);
    expect(handles.map((handle) => handle.adopted)).toHaveLength(4);
    expect(handles.filter((handle) => !handle.adopted)).toHaveLength(1);
    steering.release("go");
    await Promise.all(handles.map((handle) => trial.follow(handle)));
    expect(steering.arrivals()).toHaveLength(1);
  });

  it("does not start an attempt again that was started by another order", async () => {
    const order = trial.order({ script: [done] });
    await trial.follow(await trial.start(order));
    const again = await startAttempt({ ...order, token: randomUUID() }, trial.host);
    expect(again).toMatchObject({ ok: false, failure: { code: "BW742" } });
  });

  it("says why a host did not get under way, in the words of the host", async () => {
    const order = trial.order();
    const broken = {
      file: process.execPath,
      args: ["-e", "console.error('no such thing'); process.exit(3)", "--"],
    };
    const start = await startAttempt(order, broken);
    expect(start).toMatchObject({ ok: false, failure: { code: "BW740" } });
    expect(start.ok ? "" : start.failure.message).toMatch(/ended with code 3: no such thing/u);
    expect(await findAttempt(order)).toEqual({ kind: "never-started" });
  });

  it("refuses an agent that nobody knows before anything is started", async () => {
    const order = trial.order({ agent: "nobody" });
    const start = await startAttempt(order, trial.host);
    expect(start.ok ? "" : start.failure.message).toContain("BW743");
    expect(existsSync(companionFiles(order).started)).toBe(false);
  });

  it("starts an attempt whose folder is too deep for the name of a socket", async () => {
    const folder = join(trial.folder, "d".repeat(100));
    const attempt = attemptId(taskId("deep"), 1);
    const order = trial.order({
      script: [done],
      attempt,
      ...attemptFiles(attempt, { folder, eventFolder: folder }),
    });
    expect((await trial.follow(await trial.start(order))).report.ending).toEqual({ kind: "completed" });
  });
});

describe("the environment of a client", () => {
  it("holds a variable of the user only where it is allowed by name", async () => {
    vi.stubEnv("NODE_EXTRA_CA_CERTS", "/dev/null");
    const script = [{ shell: 'echo "${NODE_EXTRA_CA_CERTS-none}" >> src/seen' }, done];
    mkdirSync(join(trial.workspace, "src"));
    await trial.run({ script });
    await trial.run({ script, allowEnvironment: ["NODE_EXTRA_CA_CERTS"] });
    expect(readFileSync(join(trial.workspace, "src/seen"), "utf8")).toBe("none\n/dev/null\n");
    vi.unstubAllEnvs();
  });
});

describe("steering an attempt", () => {
  it("hands over a message and says that it was taken", async () => {
    const order = waits({ script: [{ wait: "go" }, { listen: true }, done] });
    const handle = await trial.start(order);
    await steering.arrived("go");
    expect(await nudgeAttempt(handle, "mind the tests")).toEqual({ ok: true, value: true });
    steering.release("go");
    await trial.follow(handle);
    expect(readFileSync(order.eventFile, "utf8")).toContain("Message received: mind the tests");
  });

  it("stops it in order, and the reason is in the report", async () => {
    const handle = await trial.start(waits());
    await steering.arrived("go");
    expect(await stopAttempt(handle, { reason: "the budget is gone", force: false })).toMatchObject({
      ok: true,
    });
    expect((await trial.follow(handle)).report.ending).toEqual({
      kind: "stopped",
      reason: "the budget is gone",
    });
  });

  it("stops one that ignores every polite signal, at once when forced", async () => {
    const script = [{ "ignore-signals": true }, { wait: "go" }];
    const handle = await trial.start(
      waits({ script, killGrace: { interruptMs: 60_000, terminateMs: 60_000 } }),
    );
    await steering.arrived("go");
    await stopAttempt(handle, { reason: "now", force: true });
    expect((await trial.follow(handle)).report.ending).toEqual({ kind: "stopped", reason: "now" });
  });

  it("kills a host that hangs, with its client, when forced", async () => {
    const handle = await trial.start(
      waits({ script: [{ "ignore-signals": true }, { wait: "go" }, { hang: true }] }),
    );
    await steering.arrived("go");
    process.kill(handle.pid, "SIGSTOP");
    expect(await stopAttempt(handle, { reason: "hangs", force: false })).toMatchObject({
      ok: false,
      failure: { code: "BW744" },
    });
    await stopAttempt(handle, { reason: "hangs", force: true });
    expect((await trial.follow(handle)).report.ending).toMatchObject({ kind: "lost" });
  }, 30_000);

  it("does not obey who has a wrong token", async () => {
    const handle = await trial.start(waits());
    await steering.arrived("go");
    const stranger = { ...handle, order: { ...handle.order, token: "wrong" } };
    expect(await nudgeAttempt(stranger, "obey me")).toMatchObject({ ok: false, failure: { code: "BW744" } });
    const socket = connect(handle.order.socketPath).on("error", () => {});
    socket.write(`${JSON.stringify({ kind: "stop", reason: "no hello", force: true })}\n`);
    await once(socket, "close");
    steering.release("go");
    expect((await trial.follow(handle)).report.ending).toEqual({ kind: "completed" });
  });
});

describe("watching an attempt", () => {
  it("tells progress and each denial once, also to who comes later", async () => {
    const script = [{ write: "a", content: "" }, { wait: "go" }, { write: "b", content: "" }, done];
    const handle = await trial.start(waits({ script }));
    await steering.arrived("go");
    const late: AttemptEvent[] = [];
    const first: AttemptEvent[] = [];
    const watch = watchAttempt(handle, (event) => first.push(event));
    const other = watchAttempt(handle, (event) => late.push(event), { denialsSeen: 1, stagnationsSeen: 0 });
    steering.release("go");
    await Promise.all([watch.ended, other.ended]);
    const pathsOf = (events: readonly AttemptEvent[]) =>
      events.flatMap((event) => (event.kind === "denied" ? [event.denial.path] : []));
    expect(pathsOf(first)).toEqual(["a", "b"]);
    expect(pathsOf(late)).toEqual(["b"]);
    expect(first.some((event) => event.kind === "progressed")).toBe(true);
    expect(first.filter((event) => event.kind === "exited")).toHaveLength(1);
  });

  it("tells denials of the time in which nobody watched", async () => {
    const handle = await trial.start(trial.order({ script: [{ write: "a", content: "" }, done] }));
    while (isSameProcessAlive(handle.identity) === "alive") await new Promise((next) => setTimeout(next, 5));
    const { events } = await trial.follow(handle);
    expect(events.map((event) => event.kind)).toEqual(["denied", "exited"]);
  });
});

describe("finding an attempt again", () => {
  it("does not take the result of another start for an answer", async () => {
    const order = trial.order({ script: [done] });
    await writeResult({ ...order, token: "stale" }, { report: staleReport, denials: [], stagnations: [] });
    expect(await findAttempt(order)).toEqual({ kind: "never-started" });
    const { report } = await trial.follow(await trial.start(order));
    expect(report.claim).toEqual({ kind: "done", summary: "it is done" });
  });

  it("calls an attempt lost whose host was killed, and ends its client", async () => {
    const order = waits({ script: [{ "ignore-signals": true }, { wait: "go" }, { hang: true }] });
    const handle = await trial.start(order);
    await steering.arrived("go");
    const client = identifyProcess(clientPid(order.resultFile));
    expect(isSameProcessAlive(client)).toBe("alive");
    process.kill(handle.pid, "SIGKILL");
    expect((await trial.follow(handle)).report.ending).toMatchObject({ kind: "lost" });
    expect(isSameProcessAlive(client)).toBe("dead");
    expect(await findAttempt(order)).toMatchObject({ kind: "lost" });
    expect(await startAttempt(order, trial.host)).toMatchObject({ ok: true, value: { adopted: true } });
  });

  it("clears up after a host that was killed behind its last word", async () => {
    const order = waits({ script: [{ "ignore-signals": true }, { wait: "go" }, { hang: true }] });
    const handle = await trial.start(order);
    await steering.arrived("go");
    const client = identifyProcess(clientPid(order.resultFile));
    await writeResult(order, { report: staleReport, denials: [], stagnations: [] });
    process.kill(handle.pid, "SIGKILL");
    while (isSameProcessAlive(handle.identity) === "alive") await new Promise((next) => setTimeout(next, 5));
    expect(existsSync(order.socketPath)).toBe(true);
    expect(await findAttempt(order)).toMatchObject({ kind: "finished" });
    expect(existsSync(order.socketPath)).toBe(false);
    expect(isSameProcessAlive(client)).toBe("dead");
  });

  it("says which conversation a lost attempt led, although nobody had watched it", async () => {
    const conversations = join(trial.folder, "conversations");
    const order = waits({ runtimeOptions: { steering: steering.path, conversations } });
    const handle = await trial.start(order);
    await steering.arrived("go");
    // The agent tells its conversation before it waits; the host hears both in its own time.
    while (!existsSync(companionFiles(order).conversation)) await new Promise((next) => setTimeout(next, 5));
    process.kill(handle.pid, "SIGKILL");
    while (isSameProcessAlive(handle.identity) === "alive") await new Promise((next) => setTimeout(next, 5));
    const [file = ""] = readdirSync(conversations);
    expect(await findAttempt(order)).toMatchObject({
      kind: "lost",
      runtimeSession: file.replace(/\.ndjson$/u, ""),
    });
    expect(existsSync(order.socketPath)).toBe(false);
  });

  it("loses nothing when the coordinator is killed: one attempt is collected, the other adopted", async () => {
    const quick = trial.order({
      script: [{ wait: "quick" }, done],
      runtimeOptions: { steering: steering.path },
    });
    const slow = waits();
    const file = join(trial.folder, "orders.json");
    writeFileSync(file, JSON.stringify([quick, slow]));
    const coordinator = spawn(program.file, [...program.args, "coordinator", file], {
      cwd: trial.folder,
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(coordinator.stdout, "data")) as [Buffer];
    expect(line.toString()).toBe("[false,false]\n");
    await Promise.all([steering.arrived("quick"), steering.arrived("go")]);
    coordinator.kill("SIGKILL");
    await once(coordinator, "exit");

    const live = await findAttempt(quick);
    steering.release("quick");
    if (live.kind !== "live") throw new Error(`expected live, got ${live.kind}`);
    await trial.follow(live.handle);
    expect(await findAttempt(quick)).toMatchObject({
      kind: "finished",
      report: { ending: { kind: "completed" } },
    });

    const adopted = await startAttempt(slow, trial.host);
    if (!adopted.ok) throw new Error(adopted.failure.message);
    expect(adopted.value.adopted).toBe(true);
    steering.release("go");
    expect((await trial.follow(adopted.value)).report.ending).toEqual({ kind: "completed" });
    expect(steering.arrivals()).toHaveLength(2);
  });
});

const staleReport = {
  ending: { kind: "completed" },
  exitCode: 0,
  claim: { kind: "done", summary: "stale" },
  usage: { turns: 1, toolCalls: 0, denials: 0 },
  findings: [],
  questions: [],
} as const;

function clientPid(resultFile: string): number {
  return Number(/"pid":(\d+)/u.exec(readFileSync(companionFiles({ resultFile }).client, "utf8"))?.[1]);
}
