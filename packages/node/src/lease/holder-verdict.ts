import type { Failure } from "@breakwater/core";
import type { Liveness } from "../process/process-identity.ts";
import { holderElsewhere, holderUncertain, leaseHeld } from "./lease-failure.ts";
import type { LeaseBeat, LeaseRecord } from "./lease-record.ts";

/** What this machine can see of the holder of a lease. */
export type Sighting = {
  readonly record: LeaseRecord;
  readonly beat?: LeaseBeat;
  /** Milliseconds since the epoch, here and now. */
  readonly now: number;
  readonly host: string;
  readonly bootId: string;
  readonly pidSpace: string;
  /** What the process table says; asked only where pids of the holder mean something here. */
  readonly liveness: () => Liveness;
};

export type HolderVerdict =
  | { readonly kind: "dead" }
  | { readonly kind: "refused"; readonly failure: Failure };

/** Without a heartbeat for this long, a holder is stale; milliseconds. */
export const STALE_AFTER_MS = 30_000;

/**
 * Whether the holder of a lease is proven dead. Only proof counts: a heartbeat that stopped makes no
 * process dead, and what cannot be known needs a person who forces the takeover. The rules and their
 * reasons are docs/adr/0003-lease-takeover.md.
 */
export function judgeHolder(sighting: Sighting): HolderVerdict {
  const { record, host } = sighting;
  if (record.host !== host) return refused(holderElsewhere(record, host));
  if (record.bootId === "" || sighting.bootId === "")
    return refused(holderUncertain(record, "this machine does not tell one boot from another"));
  if (record.bootId !== sighting.bootId) return judgeOtherBoot(sighting);
  if (record.pidSpace !== sighting.pidSpace)
    return refused(
      holderUncertain(record, "it runs in another container, whose processes are not seen here"),
    );
  const liveness = sighting.liveness();
  switch (liveness) {
    case "dead":
      return { kind: "dead" };
    case "alive":
      return isStale(sighting)
        ? refused(
            holderUncertain(record, `the process exists, but its last sign of life is ${age(sighting)} old`),
          )
        : refused(leaseHeld(record));
    case "unknown":
      return refused(holderUncertain(record, "the process table does not tell"));
  }
}

/** A reboot ends every process; but a heartbeat that goes on comes from another machine of the same name. */
function judgeOtherBoot(sighting: Sighting): HolderVerdict {
  const { record, beat, now } = sighting;
  const last = beat?.at ?? record.acquired;
  if (last > now)
    return refused(holderUncertain(record, "its last sign of life lies in the future, so a clock went back"));
  if (!isStale(sighting))
    return refused(
      holderUncertain(record, `it gave a sign of life ${age(sighting)} ago, under another boot`),
    );
  return { kind: "dead" };
}

function isStale({ record, beat, now }: Sighting): boolean {
  return now - (beat?.at ?? record.acquired) > STALE_AFTER_MS;
}

function age({ record, beat, now }: Sighting): string {
  return `${Math.round((now - (beat?.at ?? record.acquired)) / 1000)} s`;
}

function refused(failure: Failure): HolderVerdict {
  return { kind: "refused", failure };
}
