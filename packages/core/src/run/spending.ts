import { attemptLimits } from "../plan/attempt-limit.ts";
import { ATTEMPT_PRIORS } from "../policy/forecast-prior.ts";
import type { AttemptState, RunState } from "./state.ts";

/** What an agent can use up that a budget bounds, besides time. */
export const METERED = ["tokens", "usd", "turns"] as const;
export type Metered = (typeof METERED)[number];

/**
 * What the session has used of one thing. `known` was reported; `estimated` stands for attempts that ended
 * without a report of it, because absent is not nothing; `reserved` is held for those that are not over.
 */
export type Spending = { readonly known: number; readonly estimated: number; readonly reserved: number };

/** Adds up what was used of one thing, and what is held for attempts under way. */
export function spendingOf(state: RunState, thing: Metered): Spending {
  const share = reservationOf(state, thing);
  let [known, estimated, reserved] = [0, 0, 0];
  for (const attempt of state.attempts.values()) {
    const used = usedBy(attempt, thing);
    known += used ?? 0;
    if (isOver(attempt)) estimated += used === undefined && attempt.started !== undefined ? share : 0;
    else reserved += Math.max(0, share - (used ?? 0));
  }
  return { known, estimated, reserved };
}

/**
 * What is set aside for one attempt before it starts: what it is reckoned with, but never more than its share
 * of the budget, so that an agreed plan can always begin.
 */
export function reservationOf(state: RunState, thing: Metered): number {
  const { session } = state;
  if (session === undefined) return 0;
  const reckoned = session.settings.forecast?.perAttempt ?? ATTEMPT_PRIORS[session.schedule.session];
  const budget = session.schedule.budget[thing];
  const share = budget === undefined ? Number.POSITIVE_INFINITY : budget / session.schedule.tasks.length;
  const likely = thing === "turns" ? attemptLimits[session.schedule.session].turns : reckoned[thing].likely;
  return Math.min(likely, share);
}

/** What of a budget nobody has used or set aside; undefined where there is no such budget. */
export function leftOf(state: RunState, thing: Metered): number | undefined {
  const budget = state.session?.schedule.budget[thing];
  if (budget === undefined) return undefined;
  const { known, estimated, reserved } = spendingOf(state, thing);
  return budget - known - estimated - reserved;
}

/** How many more attempts may start by what is left of the budgets; never negative. */
export function affordableStarts(state: RunState): number {
  const counts = METERED.map((thing) => {
    const [left, share] = [leftOf(state, thing), reservationOf(state, thing)];
    if (left === undefined || share <= 0) return Number.POSITIVE_INFINITY;
    return Math.floor(left / share + ROUNDING);
  });
  return Math.max(0, Math.min(...counts));
}

/** The thing of which too little is left for one attempt; undefined where one more fits. */
export function scarce(state: RunState): Metered | undefined {
  return METERED.find((thing) => {
    const left = leftOf(state, thing);
    return left !== undefined && left + ROUNDING * reservationOf(state, thing) < reservationOf(state, thing);
  });
}

/** Shares of a budget add up to it, whatever binary fractions make of them. */
const ROUNDING = 1e-6;

/** What an attempt reported to have used of one thing; undefined where it did not. */
export function usedBy({ usage }: AttemptState, thing: Metered): number | undefined {
  if (usage === undefined) return undefined;
  if (thing === "usd") return usage.usd;
  if (thing === "turns") return usage.turns;
  const { inputTokens, outputTokens } = usage;
  return inputTokens === undefined && outputTokens === undefined
    ? undefined
    : (inputTokens ?? 0) + (outputTokens ?? 0);
}

function isOver({ report, notStarted }: AttemptState): boolean {
  return report !== undefined || notStarted !== undefined;
}
