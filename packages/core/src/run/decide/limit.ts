import type { Budget } from "../../plan/plan.ts";
import type { SessionLimit } from "../fact.ts";
import { METERED, spendingOf } from "../spending.ts";
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

/** Money and tokens end a session while somebody spends them; where nobody does, the next start asks for them. */
function exceeded(state: RunState, budget: Budget): SessionLimit | undefined {
  if (state.firedTimers.has(MINUTES_TIMER)) return "minutes";
  const spends = [...state.attempts.values()].some(
    (each) => each.started !== undefined && each.report === undefined,
  );
  if (!spends) return undefined;
  return METERED.find((thing) => {
    const { known, estimated } = spendingOf(state, thing);
    return known + estimated >= (budget[thing] ?? Number.POSITIVE_INFINITY);
  });
}

function decideUnpark(state: RunState): Wish {
  const until = state.control.parked?.until;
  if (until === undefined) return nothing;
  const timer = `unpark:${until}`;
  if (!state.firedTimers.has(timer) && state.now < until) return wake({ id: timer, at: until });
  return record({ type: "session.unparked", reason: "the time to wait is over" });
}
