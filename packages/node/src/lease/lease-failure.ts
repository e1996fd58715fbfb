import type { Failure } from "@breakwater/core";
import type { LeaseRecord } from "./lease-record.ts";

/** Another session is alive and holds the lease; a caller exits with 9. */
export function leaseHeld(holder: LeaseRecord): Failure {
  return {
    code: "BW601",
    message: `Session ${holder.session} is running here as process ${holder.pid} on ${holder.host}`,
    why: "Two writers of one session would contradict each other, so a checkout has one live session",
    fix: "Follow it with: breakwater watch, or end it with: breakwater stop",
  };
}

/** Nobody can say whether the holder is alive. */
export function holderUncertain(holder: LeaseRecord, doubt: string): Failure {
  return {
    code: "BW602",
    message: `Session ${holder.session} may still be running as process ${holder.pid} on ${holder.host}: ${doubt}`,
    why: "Taking the lease from a process that still works could repeat paid work",
    fix: `Make sure that process ${holder.pid} has ended, then force the takeover`,
  };
}

/** The holder runs on another machine, where this one cannot look. */
export function holderElsewhere(holder: LeaseRecord, here: string): Failure {
  return {
    code: "BW603",
    message: `Session ${holder.session} is held by process ${holder.pid} on ${holder.host}; this is ${here}`,
    why: "Whether a process of another machine is alive cannot be seen from here",
    fix: `End it on ${holder.host}, or make sure that it has ended and force the takeover`,
  };
}

/** Another process took the lease over while this one ran. */
export function leaseLost(session: string, generation: number): Failure {
  return {
    code: "BW604",
    message: `This process no longer holds the lease of session ${session} (generation ${generation})`,
    why: "Another process took it over; nothing more is written here, so that it has the journal to itself",
    fix: "Look who holds it with: breakwater status",
  };
}

/** The lease file exists but says nothing that can be trusted. */
export function leaseUnreadable(path: string, what: string): Failure {
  return {
    code: "BW605",
    message: `The lease ${path} cannot be read: ${what}`,
    why: "Without it nobody can say whether a session is running here",
    fix: "Make sure that no breakwater process runs in this checkout, then force the takeover",
  };
}

/** The folder of the lease cannot be written. */
export function leaseUnwritable(path: string, code: string): Failure {
  return {
    code: "BW606",
    message: `The lease in ${path} could not be written (${code})`,
    why: "A session that cannot keep others out must not start",
    fix: "Check free space, owner and mode of the folder",
  };
}
