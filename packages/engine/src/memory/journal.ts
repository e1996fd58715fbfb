import { ok, type RecordedFact, type Result } from "@breakwater/core";
import type { Entry, JournalPort } from "../port.ts";

/** A journal that lives as long as the process: for tests, simulation and sessions without persistence. */
export type MemoryJournal = JournalPort & { readonly facts: readonly RecordedFact[] };

/** Opens a journal over facts that are already there; `now` gives each entry its time. */
export function memoryJournal(now: () => number, facts: RecordedFact[] = []): MemoryJournal {
  return {
    facts,
    append: async (entries): Promise<Result<readonly RecordedFact[]>> => {
      const recorded = entries.map((entry, index) => recordedOf(entry, facts.length + 1 + index, now()));
      facts.push(...recorded);
      return ok(recorded);
    },
  };
}

function recordedOf({ fact, cause }: Entry, seq: number, at: number): RecordedFact {
  return cause === undefined ? { seq, at, fact } : { seq, at, cause, fact };
}
