import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { z } from "zod";
import { identifyProcess, isSameProcessAlive } from "../process/process-identity.ts";
import { diskFailure, errorCode } from "./disk-failure.ts";
import { createTurnQueue } from "./turn-queue.ts";
import type { TurnQueue } from "./turn-queue.ts";

const RETRY_MS = 20;
const DEFAULT_PATIENCE_MS = 60_000;

const ownerSchema = z.object({
  pid: z.number(),
  bootId: z.string(),
  startTime: z.string(),
  token: z.string(),
});

/** One queue per lock file for the whole process, whoever opens it. */
const queues = new Map<string, TurnQueue>();

/**
 * Runs `work` while no other process and no other caller here holds `lockFile`. The lock of a process that
 * is provably dead is taken over; one whose owner cannot be judged is waited for. Fails with BW715 when it
 * is not free within `patienceMs`; a failure or error of `work` passes through, and the lock is freed.
 */
export async function withRepositoryLock<Value>(
  lockFile: string,
  work: () => Promise<Result<Value>>,
  patienceMs: number = DEFAULT_PATIENCE_MS,
): Promise<Result<Value>> {
  const queue = queues.get(lockFile) ?? createTurnQueue(1);
  queues.set(lockFile, queue);
  return queue(async () => {
    const refused = await acquire(lockFile, patienceMs);
    if (refused !== undefined) return fail(refused);
    try {
      return await work();
    } finally {
      await rm(lockFile, { force: true });
    }
  });
}

async function acquire(lockFile: string, patienceMs: number): Promise<Failure | undefined> {
  const deadline = performance.now() + patienceMs;
  const mine = JSON.stringify({ ...identifyProcess(process.pid), token: randomUUID() });
  for (;;) {
    const taken = await tryToTake(lockFile, mine);
    if (!taken.ok) return taken.failure;
    if (taken.value) return undefined;
    const held = await readHolder(lockFile);
    if (held !== undefined && isDead(held)) await takeAway(lockFile, held);
    else if (performance.now() > deadline) return heldTooLong(lockFile, held);
    else await after(RETRY_MS);
  }
}

/** The text is written aside and linked into place, so that nobody ever reads half an owner. */
async function tryToTake(lockFile: string, mine: string): Promise<Result<boolean>> {
  const draft = `${lockFile}.${process.pid}.${randomUUID()}`;
  try {
    await mkdir(dirname(lockFile), { recursive: true, mode: 0o700 });
    await writeFile(draft, mine, { flag: "wx", mode: 0o600 });
    await link(draft, lockFile);
    return ok(true);
  } catch (cause) {
    return errorCode(cause) === "EEXIST" ? ok(false) : fail(diskFailure(cause, `Locking ${lockFile}`));
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(lockFile: string): Promise<string | undefined> {
  try {
    return await readFile(lockFile, "utf8");
  } catch {
    return undefined;
  }
}

function isDead(held: string): boolean {
  const owner = parseOwner(held);
  return owner !== undefined && isSameProcessAlive(owner) === "dead";
}

function parseOwner(held: string): z.infer<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.parse(JSON.parse(held));
  } catch {
    return undefined;
  }
}

/** Whoever renames the file owns its removal; a lock that changed hands meanwhile is put back. */
async function takeAway(lockFile: string, held: string): Promise<void> {
  const aside = `${lockFile}.${process.pid}.${randomUUID()}`;
  try {
    await rename(lockFile, aside);
    if ((await readHolder(aside)) !== held) await link(aside, lockFile);
  } catch {
    // Another process was faster; the next round looks again.
  } finally {
    await rm(aside, { force: true });
  }
}

function heldTooLong(lockFile: string, held: string | undefined): Failure {
  const pid = held === undefined ? undefined : parseOwner(held)?.pid;
  return {
    code: "BW715",
    message: `The lock ${lockFile} is held${pid === undefined ? "" : ` by process ${pid}`}`,
    why: "Worktrees are registered one at a time, across all sessions of a repository.",
    fix: "Let the other session go on and try again; if none runs, delete the named file.",
  };
}
