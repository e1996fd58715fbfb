import { describe, expect, it } from "vitest";
import { blockerOf, type WaveBalance } from "./course.ts";

describe("a major blocker", () => {
  it.each<[WaveBalance, string | undefined]>([
    [{ tasks: 1, givenUp: 1, open: 2, blocked: 1 }, "1 of the 2 tasks that are left depend"],
    [{ tasks: 1, givenUp: 1, open: 3, blocked: 1 }, undefined],
    [{ tasks: 4, givenUp: 2, open: 3, blocked: 0 }, "2 of its 4 tasks were given up"],
    [{ tasks: 5, givenUp: 2, open: 3, blocked: 0 }, undefined],
    [{ tasks: 1, givenUp: 1, open: 3, blocked: 0 }, undefined],
    [{ tasks: 4, givenUp: 4, open: 2, blocked: 2 }, undefined],
    [{ tasks: 4, givenUp: 0, open: 2, blocked: 0 }, undefined],
  ])("of %j is %s", (balance, says) => {
    expect(blockerOf(balance)?.slice(0, says?.length)).toBe(says);
  });
});
