import { accept, ok, replay, type Result } from "@breakwater/core";
import { deliverRequest, openJournal, type InboxRequest, type Lease } from "@breakwater/node";
import type { Checkout } from "./locate-checkout.ts";
import { leaseFolder, type StoredSession } from "./session-store.ts";

/** How a request reached its session. */
export type Delivery = {
  readonly reached: "running" | "stored";
  /** How many facts it led to; none where everything was as asked already. */
  readonly facts: number;
};

/**
 * Hands a request to the process that holds the session, or writes its facts under the lease where none is
 * alive; `resume` acts on them then. A refusal of the decider is the failure.
 */
export async function deliver(
  checkout: Pick<Checkout, "controlDir">,
  session: StoredSession,
  request: InboxRequest,
): Promise<Result<Delivery>> {
  let reached: Delivery["reached"] = "running";
  const { id, journal } = session.place;
  const alone = async (lease: Lease): Promise<Result<{ readonly facts: number }>> => {
    reached = "stored";
    const opened = await openJournal({ path: journal, session: id, guard: () => lease.check() });
    if (!opened.ok) return opened;
    const accepted = accept(replay(opened.value.journal.facts()), request);
    const written = accepted.ok
      ? await opened.value.journal.append(accepted.value.map((fact) => ({ fact })))
      : accepted;
    await opened.value.journal.close();
    return written.ok ? ok({ facts: written.value.length }) : written;
  };
  const reply = await deliverRequest({ folder: leaseFolder(checkout), session: id }, request, alone);
  return reply.ok ? ok({ reached, facts: factsOf(reply.value) }) : reply;
}

function factsOf(reply: unknown): number {
  if (typeof reply !== "object" || reply === null || !("facts" in reply)) return 0;
  return typeof reply.facts === "number" ? reply.facts : 0;
}
