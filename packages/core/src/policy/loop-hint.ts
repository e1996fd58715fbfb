import type { OutcomeKind } from "../run/outcome.ts";

/** What the next attempt is told besides, by what the loop was. */
const LOOP_HINTS: Readonly<Partial<Record<OutcomeKind, string>>> = {
  spiral: "Change one function at a time, and run the check before the next change.",
  stagnant: "Do not page through a file: search for the symbol, then read its lines once, then change them.",
  failed:
    "The picture of the file was wrong: read it anew from disk before any edit, and copy its lines exactly.",
};

/** The advice after a loop, with the files that it was about; empty where nothing is known to help. */
export function loopHint(kind: OutcomeKind, focus: readonly string[]): readonly string[] {
  const hint = LOOP_HINTS[kind];
  if (hint === undefined) return [];
  return focus.length === 0 ? [hint] : [hint, `It was about ${focus.join(", ")}.`];
}
