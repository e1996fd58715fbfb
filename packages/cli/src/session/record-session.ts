import { phaseOf, sessionRecord, type RunState } from "@breakwater/core";
import { addEvents } from "@breakwater/node";

/**
 * Adds the record of a session that has been closed to a file of records, once, also when it is asked again.
 * A record that cannot be written is lost and costs nothing else: the journal holds what it would tell.
 */
export async function recordSession(file: string, state: RunState): Promise<void> {
  if (phaseOf(state).kind !== "closed") return;
  const record = sessionRecord(state, state.now);
  if (record !== undefined) await addEvents(file, [record]).catch(() => 0);
}
