import { describe, expect, it } from "vitest";
import { SCALING, scaleWave, type ScalingSignal } from "./scaling.ts";

const none = { regressions: 0, failures: 0, growth: 0, quick: 0 };

describe("the next wave gets", () => {
  it.each<[ScalingSignal, number, number]>([
    ["quick", 1, 3],
    ["quick", 4, 3],
    ["quick", 5, 2],
    ["quick", 12, 2],
    ["failures", 1, 5],
    ["failures", 4, 6],
    ["growth", 1, 5],
    ["growth", 3, 6],
    ["regressions", 3, 7],
    ["regressions", 9, 7],
  ])("by %s seen %i times, where 4 agents were planned, %i", (signal, count, agents) => {
    const scaling = scaleWave({ planned: 4, cap: 8, counts: { ...none, [signal]: count } });
    expect(scaling).toMatchObject({ agents, rule: `scaling:${signal}` });
    expect(scaling?.reason).toContain(`${SCALING[signal].says}: ${count}`);
  });

  it("never more than the cap, never none, and nothing is said where nothing changes", () => {
    const counts = { ...none, failures: 2, regressions: 3 };
    expect(scaleWave({ planned: 4, cap: 6, counts })).toMatchObject({
      agents: 6,
      rule: "scaling:regressions+failures",
    });
    expect(scaleWave({ planned: 6, cap: 6, counts })).toBeUndefined();
    expect(scaleWave({ planned: 1, cap: 6, counts: { ...none, quick: 1 } })).toBeUndefined();
    expect(scaleWave({ planned: 4, cap: 6, counts: none })).toBeUndefined();
  });
});
