import type { Failure, SessionId } from "@breakwater/core";
import { acquireLease, type Repository } from "@breakwater/node";
import { leaseFolder } from "../../session/session-store.ts";

/** A session that somebody runs right now is another matter than one that was left behind. */
export async function refuseUnfinishedSession(repository: Repository, id: SessionId): Promise<Failure> {
  const lease = await acquireLease({ folder: leaseFolder(repository), session: id });
  if (!lease.ok) return lease.failure;
  await lease.value.release();
  return {
    code: "BW773",
    message: `session ${id} has not come to its end`,
    why: "A checkout has one session at a time, so that nothing of the first is lost.",
    fix: "Go on with breakwater resume, or end it for good: breakwater close --abandon",
  };
}
