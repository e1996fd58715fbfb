import { describe, expect, it } from "vitest";
import { UsageMeter } from "./usage-meter.ts";

const report = (total: readonly [number, number], last: readonly [number, number]): object => ({
  total: { inputTokens: total[0], outputTokens: total[1] },
  last: { inputTokens: last[0], outputTokens: last[1] },
});

describe("the consumption of Codex", () => {
  it("is told as differences of its sums, and nothing where nothing was added", () => {
    const meter = new UsageMeter(false);
    expect(meter.delta(report([10, 2], [10, 2]))).toEqual({ inputTokens: 10, outputTokens: 2 });
    expect(meter.delta(report([10, 2], [10, 2]))).toBeUndefined();
    expect(meter.delta(report([25, 4], [15, 2]))).toEqual({ inputTokens: 15, outputTokens: 2 });
  });

  it("does not count the earlier runs of a resumed conversation again", () => {
    const meter = new UsageMeter(true);
    expect(meter.delta(report([110, 12], [10, 2]))).toEqual({ inputTokens: 10, outputTokens: 2 });
    expect(meter.delta(report([120, 14], [10, 2]))).toEqual({ inputTokens: 10, outputTokens: 2 });
  });

  it("does not count what is told before the run has asked its model", () => {
    const meter = new UsageMeter(true);
    meter.begin(report([110, 12], [10, 2]));
    expect(meter.delta(report([120, 14], [10, 2]))).toEqual({ inputTokens: 10, outputTokens: 2 });
  });

  it("never pays back", () => {
    const meter = new UsageMeter(false);
    meter.delta(report([100, 10], [100, 10]));
    expect(meter.delta(report([40, 4], [0, 0]))).toBeUndefined();
    expect(meter.delta(undefined)).toBeUndefined();
  });
});
