import { type RecordedFact, type SessionId, stagnationRecords } from "@breakwater/core";
import { addEvents } from "@breakwater/node";

/** Keeps the event log in step with the facts of a session. */
export type StagnationRecorder = {
  readonly hear: (recorded: RecordedFact) => void;
  /** Resolves when everything that was heard is in the log, as far as it can be written. */
  readonly settled: () => Promise<void>;
};

/**
 * Writes each loop of a session into its event log, once, also after a crash: what is missing of the facts so
 * far is written at once. A log that cannot be written costs its lines and nothing else.
 */
export function recordStagnation(
  file: string,
  session: SessionId,
  facts: readonly RecordedFact[],
): StagnationRecorder {
  let writing: Promise<unknown> = Promise.resolve();
  const write = (): void => {
    writing = writing.then(() => addEvents(file, stagnationRecords(facts, session)).catch(() => {}));
  };
  if (facts.length > 0) write();
  return {
    hear: ({ fact }) => {
      if (fact.type === "attempt.stagnated") write();
    },
    settled: async () => void (await writing),
  };
}
