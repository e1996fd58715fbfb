import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { hostname } from "node:os";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { systemCode } from "../journal/journal-failure.ts";
import { identifyProcess, isSameProcessAlive, readBootId } from "../process/process-identity.ts";
import { judgeHolder } from "./holder-verdict.ts";
import { holderUncertain, leaseHeld, leaseUnreadable, leaseUnwritable } from "./lease-failure.ts";
import {
  claimGeneration,
  leasePath,
  listGenerations,
  makeLeaseFolder,
  readLeaseFile,
  removeOlder,
} from "./lease-folder.ts";
import { encodeHeld } from "./lease-record.ts";
import type { LeaseBeat, LeaseFile, LeaseRecord } from "./lease-record.ts";
import { Lease } from "./lease.ts";
import type { Takeover } from "./lease.ts";

export type AcquireLeaseOptions = {
  /** A folder of its own in the control folder; made where it is missing. */
  readonly folder: string;
  readonly session: string;
  /** A person has made sure that the holder is gone; a holder that is seen alive still keeps the lease. */
  readonly force?: boolean;
  readonly now?: () => number;
  /** This machine; tests play another one. */
  readonly machine?: Machine;
};

export type Machine = { readonly host: string; readonly bootId: string; readonly pidSpace: string };

/**
 * Takes the lease of a session when nobody has it or its holder is proven dead; BW601 when a live session
 * has it, BW602 or BW603 when only a person can tell. Of several processes exactly one succeeds. After a
 * takeover that was forced, the journal must be opened with `replace`.
 */
export async function acquireLease(options: AcquireLeaseOptions): Promise<Result<Lease>> {
  const { folder } = options;
  try {
    await makeLeaseFolder(folder);
    const judged = await judgePresent(options);
    return judged.ok ? await claim(options, judged.value) : judged;
  } catch (cause) {
    return fail(leaseUnwritable(folder, systemCode(cause)));
  }
}

/** The present holder of a lease as another process sees it. */
export type LeaseView =
  | { readonly kind: "free"; readonly acknowledged: number }
  | { readonly kind: "held"; readonly record: LeaseRecord; readonly beat?: LeaseBeat };

/** Looks who holds a lease, and changes nothing. Whether the holder is alive is not judged. */
export async function readLease(folder: string): Promise<Result<LeaseView>> {
  try {
    const present = await readPresent(folder);
    if (present === undefined) return ok({ kind: "free", acknowledged: 0 });
    const { file, path } = present;
    if (typeof file === "string") return fail(leaseUnreadable(path, file));
    if (file.kind === "held") return ok(file);
    return ok({ kind: "free", acknowledged: file.seq });
  } catch (cause) {
    return fail(leaseUnreadable(folder, systemCode(cause)));
  }
}

/** What this machine calls itself. */
export function thisMachine(): Machine {
  return { host: hostname(), bootId: readBootId(), pidSpace: readPidSpace() };
}

type Place = { readonly generation: number; readonly takeover: Takeover };

async function judgePresent(options: AcquireLeaseOptions): Promise<Result<Place>> {
  const present = await readPresent(options.folder);
  if (present === undefined) return ok({ generation: 1, takeover: { from: "nobody", acknowledged: 0 } });
  const { file, path } = present;
  const generation = present.generation + 1;
  const forced = options.force === true;
  if (typeof file === "string") {
    if (!forced) return fail(leaseUnreadable(path, file));
    return ok({ generation, takeover: { from: "forced", acknowledged: 0 } });
  }
  if (file.kind === "released")
    return ok({ generation, takeover: { from: "released", acknowledged: file.seq } });
  const verdict = judgeHolder(sight(file, options));
  const former = { acknowledged: file.beat?.seq ?? 0, holder: file.record };
  if (verdict.kind === "dead") return ok({ generation, takeover: { from: "dead", ...former } });
  if (!forced || verdict.failure.code === "BW601") return fail(verdict.failure);
  return ok({ generation, takeover: { from: "forced", ...former } });
}

function sight(
  file: Extract<LeaseFile, { readonly kind: "held" }>,
  options: AcquireLeaseOptions,
): Parameters<typeof judgeHolder>[0] {
  const machine = options.machine ?? thisMachine();
  const now = (options.now ?? Date.now)();
  return { ...file, ...machine, now, liveness: () => isSameProcessAlive(file.record) };
}

async function claim(options: AcquireLeaseOptions, { generation, takeover }: Place): Promise<Result<Lease>> {
  const { folder, session, now = Date.now, machine = thisMachine() } = options;
  const { pid, startTime } = identifyProcess(process.pid);
  const token = randomBytes(24).toString("base64url");
  const acquired = now();
  const record = { session, generation, token, pid, startTime, ...machine, acquired };
  const beat = { at: acquired, seq: takeover.acknowledged };
  const { content, beatAt } = encodeHeld(record, beat);
  if (!(await claimGeneration(folder, generation, content))) return lostRace(folder, record);
  const generations = await listGenerations(folder);
  // A taker that slept between looking and claiming may have claimed a number that was removed since.
  if (generations.at(-1)?.generation !== generation) return lostRace(folder, record);
  const handle = await open(leasePath(folder, generation), "r+");
  await removeOlder(folder, generation);
  return ok(new Lease({ folder, record, beat, handle, beatAt, now, takeover }));
}

async function lostRace(folder: string, mine: LeaseRecord): Promise<Result<Lease>> {
  const present = await readLease(folder);
  if (!present.ok) return present;
  if (present.value.kind === "held") return fail(leaseHeld(present.value.record));
  return fail(holderUncertain(mine, "another process took the lease and gave it back meanwhile; try again"));
}

type Present = { readonly generation: number; readonly path: string; readonly file: LeaseFile | string };

/** The highest generation; it is looked for again when it was removed between listing and reading. */
async function readPresent(folder: string): Promise<Present | undefined> {
  for (;;) {
    const entry = (await listGenerations(folder)).at(-1);
    if (entry === undefined) return undefined;
    const file = await readLeaseFile(entry.path);
    if (file !== undefined) return { ...entry, file };
  }
}

/** Processes of another pid namespace cannot be seen, and their pids mean other processes here. */
function readPidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
