import type { SessionType } from "../plan/plan.ts";

/** A quantity with error bars. */
export type Range = { readonly low: number; readonly likely: number; readonly high: number };

/** What one attempt is reckoned with. */
export type AttemptReckoning = { readonly usd: Range; readonly tokens: Range; readonly minutes: Range };

/**
 * What one attempt is reckoned with while a project has no sessions of its own to go by. Rough figures for
 * models of the day, wide on purpose; a forecast that rests on them says so.
 */
export const ATTEMPT_PRIORS: Readonly<Record<SessionType, AttemptReckoning>> = {
  housekeeping: {
    usd: { low: 0.05, likely: 0.25, high: 1 },
    tokens: { low: 30_000, likely: 150_000, high: 600_000 },
    minutes: { low: 1, likely: 4, high: 15 },
  },
  feature: {
    usd: { low: 0.2, likely: 0.8, high: 3 },
    tokens: { low: 100_000, likely: 500_000, high: 2_000_000 },
    minutes: { low: 2, likely: 8, high: 40 },
  },
  deep: {
    usd: { low: 0.4, likely: 2, high: 8 },
    tokens: { low: 200_000, likely: 1_000_000, high: 5_000_000 },
    minutes: { low: 4, likely: 15, high: 80 },
  },
};

/** How many attempts a task takes, while nothing is known of the project. */
export const ATTEMPTS_PER_TASK: Range = { low: 1, likely: 1.2, high: 2 };

/** How many sessions have to have measured a quantity before they replace the prior. */
export const ENOUGH_SESSIONS = 3;

/** Agents without a model: they use no tokens and cost nothing. */
export const WITHOUT_MODEL: ReadonlySet<string> = new Set(["scripted"]);
