import { plainLine } from "../projection/plain-text.ts";
import { keepYoung, MOST_SUBJECTS } from "./bounded-memory.ts";
import type { StagnationDetection } from "./detection.ts";
import type { Signal } from "./detector.ts";
import {
  STAGNATION_LEVELS,
  STAGNATION_PATTERNS,
  type StagnationLevel,
  type StagnationRules,
} from "./rules.ts";
import { isInside } from "./tool-call.ts";

/** Grades what the detectors saw at one moment; `n` is the number of finished calls. */
export type Ladder = (signals: readonly Signal[], n: number) => StagnationDetection | undefined;

/**
 * Opens the ladder of one agent. A level is told once: it is forgotten only after a number of calls without a
 * sign of it. A stop needs a nudge some calls earlier; without one it is a nudge. Of several the highest
 * speaks, and among equals the first of the patterns; the others count as told.
 */
export function openLadder(rules: StagnationRules): Ladder {
  const held = new Map<string, { rank: number; n: number }>();
  let nudgedAt: number | undefined;
  // Talk without calls leaves the room between its own two thresholds.
  const isEarly = ({ calls }: Signal, n: number): boolean =>
    calls.length > 0 && (nudgedAt === undefined || n - nudgedAt < rules.roomCalls);
  return (signals, n) => {
    // The oldest stands first, so that only what goes is looked at.
    for (const [key, { n: last }] of held) {
      if (n - last <= rules.calmCalls) break;
      held.delete(key);
    }
    let best: { readonly signal: Signal; readonly rank: number } | undefined;
    let cause = NONE;
    for (const signal of signals) {
      const reached = rankOf(signal, rules);
      if (reached === NONE) continue;
      const rank = reached === STOP && isEarly(signal, n) ? NUDGE : reached;
      if (signal.pattern !== "no-progress") cause = Math.max(cause, rank);
      const key = `${signal.pattern}\n${signal.subject}`;
      const before = held.get(key)?.rank ?? NONE;
      keepYoung(held, [key, { rank: Math.max(rank, before), n }], MOST_SUBJECTS);
      if (rank > before && (best === undefined || precedes(signal, rank, best))) best = { signal, rank };
    }
    // What is told already under its own name needs no second one.
    if (best?.signal.pattern === "no-progress" && cause >= best.rank) best = undefined;
    if (best !== undefined && best.rank >= NUDGE) nudgedAt ??= n;
    return best === undefined ? undefined : detectionOf(best.signal, best.rank);
  };
}

const NONE = -1;
const NUDGE = STAGNATION_LEVELS.indexOf("nudge");
const STOP = STAGNATION_LEVELS.indexOf("stop");

function rankOf(
  { pattern, count, patience = 1, grace = 0, most = "stop" }: Signal,
  rules: StagnationRules,
): number {
  const thresholds = rules.thresholds[pattern];
  const reached = STAGNATION_LEVELS.findLastIndex(
    (level) => count - grace >= (thresholds[level] ?? Number.POSITIVE_INFINITY) * patience,
  );
  return Math.min(reached, STAGNATION_LEVELS.indexOf(most));
}

function precedes(
  signal: Signal,
  rank: number,
  best: { readonly signal: Signal; readonly rank: number },
): boolean {
  if (rank !== best.rank) return rank > best.rank;
  return STAGNATION_PATTERNS.indexOf(signal.pattern) < STAGNATION_PATTERNS.indexOf(best.signal.pattern);
}

function detectionOf(signal: Signal, rank: number): StagnationDetection {
  const level: StagnationLevel = STAGNATION_LEVELS[rank] ?? "suspicion";
  const { pattern, path, count, calls } = signal;
  return {
    pattern,
    level,
    class: signal.class ?? "other",
    file: path !== undefined && isInside(path) ? path : null,
    occurrences: count,
    calls,
    evidence: plainLine(signal.evidence(), 400),
  };
}
