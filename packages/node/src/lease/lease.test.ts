import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Failure, Result } from "@breakwater/core";
import { afterEach, describe, expect, it } from "vitest";
import { openJournal } from "../journal/open-journal.ts";
import { identifyProcess } from "../process/process-identity.ts";
import { acquireLease, readLease, thisMachine } from "./acquire-lease.ts";
import type { AcquireLeaseOptions } from "./acquire-lease.ts";
import { judgeHolder, STALE_AFTER_MS } from "./holder-verdict.ts";
import type { Sighting } from "./holder-verdict.ts";
import { claimGeneration, leasePath, makeLeaseFolder } from "./lease-folder.ts";
import { decodeLease, encodeHeld } from "./lease-record.ts";
import type { LeaseBeat, LeaseRecord } from "./lease-record.ts";
import type { Lease } from "./lease.ts";

const held: Lease[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const lease of held.splice(0)) await lease.release();
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const freshFolder = (): string => join(mkdtempSync(join(tmpdir(), "lease-")), "lease");

async function acquire(folder: string, more: Partial<AcquireLeaseOptions> = {}): Promise<Lease> {
  const lease = await acquireLease({ folder, session: "s1", ...more });
  if (!lease.ok) throw new Error(JSON.stringify(lease.failure));
  held.push(lease.value);
  return lease.value;
}

async function refusal(folder: string, more: Partial<AcquireLeaseOptions> = {}): Promise<Failure> {
  const lease: Result<Lease> = await acquireLease({ folder, session: "s2", ...more });
  if (lease.ok) throw new Error("Expected the lease to be refused");
  return lease.failure;
}

const aRecord = (more: Partial<LeaseRecord> = {}): LeaseRecord => ({
  session: "s1",
  generation: 1,
  token: "secret",
  acquired: 1_000,
  ...identifyProcess(process.pid),
  ...thisMachine(),
  ...more,
});

/** Puts a lease in place as another process would have left it. */
async function leave(
  folder: string,
  record: LeaseRecord,
  beat: LeaseBeat = { at: 1_000, seq: 0 },
): Promise<void> {
  await makeLeaseFolder(folder);
  await claimGeneration(folder, record.generation, encodeHeld(record, beat).content);
}

describe("holding a lease", () => {
  // conforms: start-peer
  it("keeps every other session out until it is released", async () => {
    const folder = freshFolder();
    const lease = await acquire(folder);
    expect(await refusal(folder)).toMatchObject({
      code: "BW601",
      message: expect.stringContaining("Session s1"),
    });
    expect(await refusal(folder, { force: true })).toMatchObject({ code: "BW601" });
    lease.follow(() => 7);
    expect(await lease.release()).toEqual({ ok: true, value: undefined });
    expect(await readLease(folder)).toEqual({ ok: true, value: { kind: "free", acknowledged: 7 } });
    const next = await acquire(folder);
    expect(next.takeover).toEqual({ from: "released", acknowledged: 7 });
    expect(readdirSync(folder)).toEqual(["lease-000003.ndjson"]);
  });

  it("shows others who holds it, how far the journal is and where requests go", async () => {
    const folder = freshFolder();
    let now = 5_000;
    const lease = await acquire(folder, { now: () => now });
    lease.follow(() => 12);
    now = 6_000;
    expect((await lease.announce("/run/x/inbox")).ok).toBe(true);
    expect(await readLease(folder)).toEqual({
      ok: true,
      value: { kind: "held", record: lease.record, beat: { at: 6_000, seq: 12, socket: "/run/x/inbox" } },
    });
    expect(lease.record).toMatchObject({ pid: process.pid, session: "s1", generation: 1, acquired: 5_000 });
  });

  it("is free where nothing was ever held", async () => {
    expect(await readLease(freshFolder())).toEqual({ ok: true, value: { kind: "free", acknowledged: 0 } });
  });

  it("is noticed to be lost before the next append, which then writes nothing", async () => {
    const folder = freshFolder();
    const lease = await acquire(folder);
    const path = join(folder, "..", "journal.ndjson");
    const opened = await openJournal({ path, session: "s1", guard: () => lease.check() });
    if (!opened.ok) throw new Error(opened.failure.message);
    const { journal } = opened.value;
    const entry = { fact: { type: "timer.fired", timer: "t" } } as const;
    expect((await journal.append([entry])).ok).toBe(true);
    const before = readFileSync(path);
    const successor = aRecord({ generation: 2, session: "s2" });
    await claimGeneration(folder, 2, encodeHeld(successor, { at: 1, seq: 1 }).content);
    expect(await journal.append([entry])).toMatchObject({ ok: false, failure: { code: "BW604" } });
    expect(readFileSync(path)).toEqual(before);
    expect(await lease.beat()).toMatchObject({ ok: false, failure: { code: "BW604" } });
    await journal.close();
  });

  it("is lost, too, when successors came and went while this process slept", async () => {
    const folder = freshFolder();
    const lease = await acquire(folder);
    rmSync(leasePath(folder, 1));
    await claimGeneration(folder, 3, encodeHeld(aRecord({ generation: 3 }), { at: 1, seq: 1 }).content);
    expect(lease.check()).toMatchObject({ code: "BW604" });
    await lease.release();
    expect(readdirSync(folder)).toEqual(["lease-000003.ndjson"]);
  });

  it("does not write over the lease of a successor when it gives its own back", async () => {
    const folder = freshFolder();
    const lease = await acquire(folder);
    const successor = aRecord({ generation: 2, session: "s2" });
    await claimGeneration(folder, 2, encodeHeld(successor, { at: 1, seq: 1 }).content);
    await lease.release();
    expect(await readLease(folder)).toMatchObject({ value: { kind: "held", record: { session: "s2" } } });
  });
});

describe("taking over a lease", () => {
  it("succeeds when the process is dead, and says what it had acknowledged", async () => {
    const folder = freshFolder();
    const child = spawn("true", [], { cwd: "/", env: {}, stdio: "ignore" });
    await once(child, "exit");
    await leave(folder, aRecord({ pid: child.pid ?? 0, startTime: "1" }), { at: Date.now(), seq: 41 });
    const lease = await acquire(folder);
    expect(lease.takeover).toMatchObject({ from: "dead", acknowledged: 41, holder: { pid: child.pid } });
    expect(lease.record.generation).toBe(2);
  });

  it("succeeds when another process has the pid now", async () => {
    const folder = freshFolder();
    await leave(folder, aRecord({ startTime: "1" }));
    expect((await acquire(folder)).takeover.from).toBe("dead");
  });

  it("needs force when only a person can tell, and says so for a holder of another host", async () => {
    const folder = freshFolder();
    await leave(folder, aRecord({ host: "elsewhere" }));
    expect(await refusal(folder)).toMatchObject({
      code: "BW603",
      message: expect.stringContaining("elsewhere"),
    });
    expect((await acquire(folder, { force: true })).takeover.from).toBe("forced");
  });

  it("needs force when the file is damaged", async () => {
    const folder = freshFolder();
    await (await acquire(folder)).release();
    writeFileSync(leasePath(folder, 9), "garbage\n");
    expect(await refusal(folder)).toMatchObject({ code: "BW605" });
    expect(await readLease(folder)).toMatchObject({ ok: false, failure: { code: "BW605" } });
    expect((await acquire(folder, { force: true })).record.generation).toBe(10);
  });

  it("fails for a taker that slept while others took the lease and cleaned up", async () => {
    const folder = freshFolder();
    await leave(folder, aRecord({ startTime: "1" }));
    const machine = thisMachine();
    let slept = false;
    // The clock is read between looking and claiming: there the others get their turn.
    const now = (): number => {
      if (slept) return 1;
      slept = true;
      rmSync(leasePath(folder, 1));
      writeFileSync(leasePath(folder, 5), encodeHeld(aRecord({ generation: 5 }), { at: 1, seq: 0 }).content);
      return 1;
    };
    expect(await refusal(folder, { now, machine })).toMatchObject({ code: "BW601" });
  });

  it("is won by exactly one of two processes that race for it", { timeout: 20_000 }, async () => {
    const folder = freshFolder();
    await leave(folder, aRecord({ startTime: "1" }));
    const racers = await Promise.all([racer(folder), racer(folder)]);
    const outcomes = Promise.all(racers.map((each) => each.next()));
    for (const each of racers) each.say("go");
    const told = await outcomes;
    expect(told.filter((text) => text === "won")).toHaveLength(1);
    expect(told.filter((text) => text === "BW601")).toHaveLength(1);
    const winner = racers[told.indexOf("won")];
    expect(await refusal(folder)).toMatchObject({ code: "BW601" });
    winner?.child.kill("SIGKILL");
    if (winner !== undefined) await once(winner.child, "exit");
    expect((await acquire(folder)).takeover.from).toBe("dead");
  });
});

describe("judging a holder", () => {
  const sight = (more: Partial<Sighting> = {}): Sighting => ({
    ...thisMachine(),
    record: aRecord(),
    beat: { at: 100_000, seq: 0 },
    now: 101_000,
    liveness: () => "alive",
    ...more,
  });
  const codeOf = (more: Partial<Sighting>): string => {
    const verdict = judgeHolder(sight(more));
    return verdict.kind === "dead" ? "dead" : verdict.failure.code;
  };
  const later = 100_000 + STALE_AFTER_MS + 1;
  const elsewhere = aRecord({ host: "elsewhere", bootId: "another" });
  const rebooted = aRecord({ bootId: "another" });

  const cases: readonly (readonly [string, Partial<Sighting>, string])[] = [
    ["a living process", {}, "BW601"],
    ["a living process without a sign of life", { now: later }, "BW602"],
    ["a living process whose beat lies in the future", { now: 1 }, "BW601"],
    ["a dead process", { liveness: () => "dead" }, "dead"],
    ["a dead process with a beat in the future", { liveness: () => "dead", now: 1 }, "dead"],
    ["a process that cannot be seen", { liveness: () => "unknown", now: later }, "BW602"],
    ["another host, however stale", { record: elsewhere, now: later * 100, liveness: () => "dead" }, "BW603"],
    ["another boot", { record: rebooted, now: later }, "dead"],
    ["another boot that still beats", { record: rebooted }, "BW602"],
    ["another boot with a beat in the future", { record: rebooted, now: 1 }, "BW602"],
    ["another pid namespace", { pidSpace: "pid:[1]", liveness: () => "dead", now: later }, "BW602"],
    ["a machine without boot ids", { bootId: "", liveness: () => "dead" }, "BW602"],
  ];
  it.each(cases)("gives the right verdict for %s", (_what, seen, verdict) => {
    expect(codeOf(seen)).toBe(verdict);
  });
});

describe("a lease file", () => {
  it("is understood with a torn heartbeat, and not with any flipped bit in its record", () => {
    const { content, beatAt } = encodeHeld(aRecord(), { at: 5, seq: 3 });
    expect(decodeLease(content.subarray(0, beatAt + 30))).toEqual({ kind: "held", record: aRecord() });
    for (let offset = 0; offset < beatAt - 1; offset++) {
      const broken = Buffer.from(content);
      broken[offset] = (broken[offset] ?? 0) ^ 1;
      expect(typeof decodeLease(broken)).toBe("string");
    }
  });
});

type Racer = {
  readonly child: ChildProcess;
  readonly say: (text: string) => void;
  readonly next: () => Promise<string>;
};

/** A process that takes the lease when it is told to, says how that went, and holds on. */
async function racer(folder: string): Promise<Racer> {
  const script = `
    import { acquireLease } from ${JSON.stringify(import.meta.resolve("./acquire-lease.ts"))};
    process.stdin.once("data", async () => {
      const lease = await acquireLease({ folder: ${JSON.stringify(folder)}, session: "racer" });
      console.log(lease.ok ? "won" : lease.failure.code);
    });
    console.log("ready");`;
  const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script];
  const env = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, args, { cwd: tmpdir(), env, stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe("ready");
  return { child, next, say: (text) => child.stdin.write(`${text}\n`) };
}
