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

/** A case met, or not demanded with the reason; what does not hold is thrown. */
export type CaseOutcome = "held" | { readonly skipped: string };

/**
 * What the contract of adapters demands (`docs/spec/adapter.md`), for a test file to run each under its title:
 * `it.for(conformanceCases(subject))("$title", async ({ run }, { skip }) => { … })`. `run` opens a stage, checks
 * and closes it; it throws what does not hold, and says what the adapter does not claim to be able to do.
 */
export function conformanceCases(
  subject: ConformanceSubject,
): readonly { readonly title: string; readonly run: () => Promise<CaseOutcome> }[] {
  return [...STORY_CASES, ...DOOR_CASES, ...ENDING_CASES].map(({ title, skip, check }) => ({
    title,
    run: async () => {
      const skipped = await skip?.(subject);
      if (skipped !== undefined) return { skipped };
      const stage = await subject.open();
      try {
        await check(stage, subject);
        const ran = (stage.requests?.() ?? 0) > 0;
        if (ran && subject.client !== undefined) noteClientRan(subject.client);
        return "held";
      } finally {
        await stage.close();
      }
    },
  }));
}
