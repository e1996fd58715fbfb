import { noteClientRan } from "../real-client.ts";
import { DOOR_CASES } from "./door-cases.ts";
import { ENDING_CASES } from "./ending-cases.ts";
import { STORY_CASES } from "./story-cases.ts";
import type { ConformanceStage, ConformanceSubject } from "./subject.ts";

/** One demand of the contract. `skip` says why it is not made of an adapter. */
export type ConformanceCase = {
  readonly title: string;
  /** Why the adapter is not asked for this, from what it says of itself; `undefined` where it is. */
  readonly skip?: (subject: ConformanceSubject) => Promise<string | undefined>;
  readonly check: (stage: ConformanceStage, subject: ConformanceSubject) => Promise<void>;
};

/**
 * What the contract of adapters demands (`docs/spec/adapter.md`), each as a case that a test file runs under
 * its title. `run` opens a stage, checks, and closes it; it throws what does not hold. `skipped` gives the
 * reason where the adapter does not claim to be able.
 */
export function conformanceCases(
  subject: ConformanceSubject,
): readonly { readonly title: string; readonly run: (skip: (reason: string) => void) => Promise<void> }[] {
  return [...STORY_CASES, ...DOOR_CASES, ...ENDING_CASES].map(({ title, skip, check }) => ({
    title,
    run: async (tellSkip) => {
      const reason = await skip?.(subject);
      if (reason !== undefined) return tellSkip(reason);
      const stage = await subject.open();
      try {
        await check(stage, subject);
        const ran = (stage.requests?.() ?? 0) > 0;
        if (ran && subject.client !== undefined) noteClientRan(subject.client);
      } finally {
        await stage.close();
      }
    },
  }));
}
