import type { Result } from "@breakwater/core";
import { acquireLease, readLease } from "../lease/acquire-lease.ts";
import type { AcquireLeaseOptions } from "../lease/acquire-lease.ts";
import type { Lease } from "../lease/lease.ts";
import type { Reply } from "./inbox-message.ts";
import type { InboxRequest } from "./request-codec.ts";
import { sendRequest } from "./send-request.ts";

/**
 * Takes the lease, does the work and gives the lease back, also when the work throws. The work opens the
 * journal with `guard: () => lease.check()`, and with `replace` after a forced takeover.
 */
export async function withLease<Value>(
  options: AcquireLeaseOptions,
  work: (lease: Lease) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const lease = await acquireLease(options);
  if (!lease.ok) return lease;
  try {
    return await work(lease.value);
  } finally {
    await lease.value.release();
  }
}

/**
 * Hands a request to the running session; when none is alive, takes the lease and does the work `alone`.
 * A request is never done twice: after BW651, where it may have been taken in, nothing is done alone. A
 * session that ends or starts between looking and asking is looked for once more.
 */
export async function deliverRequest(
  options: AcquireLeaseOptions,
  request: InboxRequest,
  alone: (lease: Lease) => Promise<Result<Reply>>,
): Promise<Result<Reply>> {
  let begun = false;
  const aloneOnce = (lease: Lease): Promise<Result<Reply>> => {
    begun = true;
    return alone(lease);
  };
  const first = await tryOnce(options, request, aloneOnce);
  const missed = !begun && !first.ok && first.failure.code === "BW601";
  return missed ? await tryOnce(options, request, aloneOnce) : first;
}

async function tryOnce(
  options: AcquireLeaseOptions,
  request: InboxRequest,
  alone: (lease: Lease) => Promise<Result<Reply>>,
): Promise<Result<Reply>> {
  const present = await readLease(options.folder);
  if (!present.ok) return present;
  const sent = await sendRequest(present.value, request);
  if (sent.ok || sent.failure.code !== "BW650") return sent;
  return await withLease(options, alone);
}
