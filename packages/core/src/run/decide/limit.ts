import type { Budget } from "../../plan/plan.ts";
import type { SessionLimit } from "../fact.ts";
import type { RunState } from "../state.ts";
import { decideBreaker } from "./breaker.ts";
import { combine, nothing, record, wake, type Wish } from "./wish.ts";

/** Watches the ceilings of the whole session and wakes a parked one. */
export function decideLimits(state: RunState): Wish {
  if (state.control.limit !== undefined || state.control.stopped !== undefined) return nothing;
  return combine(decideBudget(state), decideBreaker(state), decideUnpark(state));
}

function decideBudget(state: RunState): Wish {
  const { session } = state;
  if (session === undefined) return nothing;
  const limit = exceeded(state, session.schedule.budget);
  if (limit !== undefined) return record({ type: "session.limit-reached", limit });
  const { minutes } = session.schedule.budget;
  if (minutes === undefined) return nothing;
  return wake({ id: MINUTES_TIMER, at: (session.approved?.at ?? session.openedAt) + minutes * 60_000 });
}

const MINUTES_TIMER = "session-minutes";

function exceeded(state: RunState, budget: Budget): SessionLimit | undefined {
  if (state.firedTimers.has(MINUTES_TIMER)) return "minutes";
  const spent = spentBy(state);
  if (budget.tokens !== undefined && spent.tokens >= budget.tokens) return "tokens";
  return budget.usd !== undefined && spent.usd >= budget.usd ? "usd" : undefined;
}

/** What all attempts together are known to have used; runtimes that report nothing add nothing. */
export function spentBy(state: RunState): { readonly tokens: number; readonly usd: number } {
  let [tokens, usd] = [0, 0];
  for (const { usage } of state.attempts.values()) {
    tokens += (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
    usd += usage?.usd ?? 0;
  }
  return { tokens, usd };
}

function decideUnpark(state: RunState): Wish {
  const until = state.control.parked?.until;
  if (until === undefined) return nothing;
  const timer = `unpark:${until}`;
  if (!state.firedTimers.has(timer) && state.now < until) return wake({ id: timer, at: until });
  return record({ type: "session.unparked", reason: "the time to wait is over" });
}
