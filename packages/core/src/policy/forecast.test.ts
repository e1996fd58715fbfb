import { describe, expect, it } from "vitest";
import { emptyPlan, draftLine, type DraftPlan } from "../run/scenario/draft-plan.test-support.ts";
import { readScript } from "../run/scenario/script.test-support.ts";
import type { Schedule } from "../plan/schedule.ts";
import { forecastError, forecastOf, type PastSession } from "./forecast.ts";
import { ATTEMPT_PRIORS } from "./forecast-prior.ts";

const past = (usdPerAttempt: number): PastSession => ({
  type: "feature",
  tasks: 4,
  attempts: 4,
  usdPerAttempt,
  minutesPerAttempt: 5,
});

describe("a forecast", () => {
  it("rests on priors until enough sessions of the same type measured a quantity, and says which", () => {
    const plan = planOf("claude");
    const few = forecastOf(plan, [past(1), past(2), { ...past(3), type: "deep" }]);
    expect(few.basis.usd).toEqual({ kind: "priors" });
    expect(few.perAttempt.usd).toEqual(ATTEMPT_PRIORS.feature.usd);
    const enough = forecastOf(plan, [past(1), past(2), past(9)]);
    expect(enough.basis).toMatchObject({ usd: { kind: "sessions", count: 3 }, tokens: { kind: "priors" } });
    expect(enough.perAttempt.usd).toEqual({ low: 1, likely: 2, high: 9 });
    expect(enough.usd).toEqual({ low: 2, likely: 4, high: 18 });
  });

  it("keeps low, likely and high in order, and counts time by waves and agents at once", () => {
    const { minutes, usd, attempts } = forecastOf(planOf("claude"), []);
    for (const range of [minutes, usd!, attempts]) {
      expect(range.low).toBeLessThanOrEqual(range.likely);
      expect(range.likely).toBeLessThanOrEqual(range.high);
    }
    expect(minutes.low).toBe(ATTEMPT_PRIORS.feature.minutes.low);
    const alone = forecastOf({ ...planOf("claude"), maxParallel: 1 }, []);
    expect(alone.minutes.low).toBe(2 * ATTEMPT_PRIORS.feature.minutes.low);
  });

  it("names no money where no agent has a model", () => {
    const forecast = forecastOf(planOf("scripted"), []);
    expect([forecast.usd, forecast.tokens]).toEqual([undefined, undefined]);
  });

  it("is compared with what was measured, and with nothing else", () => {
    const forecast = forecastOf(planOf("claude"), [past(1), past(2), past(9)]);
    expect(forecastError(forecast, { usd: 6 })).toEqual({ usd: 1.5 });
    expect(forecastError(forecastOf(planOf("scripted"), []), { usd: 6 })).toEqual({});
  });
});

/** Two tasks in one wave, for agents of a name. */
function planOf(agent: string): Schedule {
  const { lines } = readScript("wave impl-core\ntask T1 write src/a/**\ntask T2 write src/b/**\n---\n");
  const { schedule } = lines.reduce<DraftPlan>(
    (plan, { words }) => draftLine(plan, words) ?? plan,
    emptyPlan,
  );
  return { ...schedule, tasks: schedule.tasks.map((task) => ({ ...task, agent })) };
}
