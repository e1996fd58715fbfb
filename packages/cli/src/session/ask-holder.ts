import { ok, type Result, type SessionId } from "@breakwater/core";
import { readLease, sendRequest, type InboxRequest, type Repository } from "@breakwater/node";
import { leaseFolder } from "./session-store.ts";

/**
 * Asks the process that holds a session; its pid where it took the request. Undefined where none is alive, or
 * what is alive holds another session of the checkout.
 */
export async function askHolder(
  repository: Pick<Repository, "controlDir">,
  session: SessionId,
  request: InboxRequest,
): Promise<Result<number | undefined>> {
  const lease = await readLease(leaseFolder(repository));
  if (!lease.ok || lease.value.kind === "free" || lease.value.record.session !== session)
    return ok(undefined);
  const answer = await sendRequest(lease.value, request);
  if (!answer.ok) return answer.failure.code === "BW650" ? ok(undefined) : answer;
  return ok(lease.value.record.pid);
}
