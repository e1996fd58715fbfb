import type { Signal } from "./detector.ts";
import type { StreamEvent } from "./stream-event.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";

/** Watches what is between calls. */
export type QuietWatch = {
  /** Hears an event at a time, where that is known. */
  readonly hear: (event: StreamEvent, at: number | undefined) => Signal | undefined;
  /** Hears that only the time passed; `busy` while a call is on its way. */
  readonly wait: (at: number | undefined, busy: boolean) => Signal | undefined;
};

/**
 * `monologue`: turns in which the agent only talks, or the same words over and over. `silence`: nothing at all
 * for a time, while no call is on its way; a long test run is a call on its way. Time is handed in.
 */
export function watchQuiet(): QuietWatch {
  const talk = watchTalk();
  let active: number | undefined;
  return {
    hear: (event, at) => {
      active = at ?? active;
      return talk(event);
    },
    wait: (at, busy) => {
      if (at === undefined || active === undefined || busy) {
        active = at ?? active;
        return undefined;
      }
      const still = Math.max(0, at - active);
      const evidence = () => `nothing was heard for ${Math.round(still / 1000)} seconds`;
      return { pattern: "silence", subject: String(active), count: still, calls: [], evidence };
    },
  };
}

/** Shorter texts, such as "Done.", are said again by honest agents. */
const LEAST_WORDS = 20;

function watchTalk(): (event: StreamEvent) => Signal | undefined {
  let turns = 0;
  let spoke = false;
  let words: Fingerprint | undefined;
  let echoes = 0;
  return (event) => {
    if (event.kind === "tool-intent") {
      turns = 0;
      spoke = false;
      echoes = 0;
      words = undefined;
    }
    if (event.kind === "turn") spoke = false;
    if (event.kind !== "said") return undefined;
    if (!spoke) turns += 1;
    spoke = true;
    const said = event.text.trim();
    if (said.length >= LEAST_WORDS) {
      const digest = fingerprintOf(said);
      echoes = digest === words ? echoes + 1 : 1;
      words = digest;
    }
    const count = Math.max(turns, echoes);
    const what = echoes >= turns ? `said the same ${count} times` : `talked through ${count} turns`;
    return { pattern: "monologue", subject: "", count, calls: [], evidence: () => `${what} without a call` };
  };
}
