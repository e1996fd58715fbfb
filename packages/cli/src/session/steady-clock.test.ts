import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { steadyClock } from "./steady-clock.ts";

describe("the clock of a session", () => {
  it("goes on at its usual pace when the machine's clock is set back", () => {
    let [wall, elapsed] = [10_000, 0];
    const clock = steadyClock(
      () => wall,
      () => elapsed,
    );
    [wall, elapsed] = [wall - 3_600_000, 200];
    expect(clock.now()).toBe(10_200);
  });

  it("follows the machine's clock forward, and begins where the journal ended", () => {
    let wall = 10_000;
    const clock = steadyClock(
      () => wall,
      () => 0,
    );
    wall = 50_000;
    expect(clock.now()).toBe(50_000);
    clock.raise(90_000);
    expect(clock.now()).toBe(90_000);
  });

  it("never goes back and never falls behind the time that passed, whatever the machine's clock does", () => {
    const step = fc.record({
      wall: fc.integer({ min: -1e9, max: 1e9 }),
      passed: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let [wall, elapsed] = [1e12, 0];
        const clock = steadyClock(
          () => wall,
          () => elapsed,
        );
        let last = clock.now();
        const [first, start] = [last, elapsed];
        for (const each of steps) {
          wall += each.wall;
          elapsed += each.passed;
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(last);
          expect(now - first).toBeGreaterThanOrEqual(Math.floor(elapsed - start) - 1);
          last = now;
        }
      }),
    );
  });
});
