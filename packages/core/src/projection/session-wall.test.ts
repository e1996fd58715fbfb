import { describe, expect, it } from "vitest";
import { replay } from "../run/evolve/evolve.ts";
import { initialState } from "../run/state.ts";
import { runningStory } from "./sample-story.ts";
import { sessionWallOf, sessionWallText } from "./session-wall.ts";

describe("sessionWallOf", () => {
  const state = replay(runningStory);

  it("counts every attempt that started, by the wall that stood around it", () => {
    const wall = sessionWallOf(state);
    const started = [...state.attempts.values()].filter(({ started: each }) => each !== undefined);
    expect(wall?.attempts.reduce((sum, { count }) => sum + count, 0)).toBe(started.length);
    expect(started.length).toBeGreaterThan(0);
  });

  it("says no wall where none is recorded, and how a known one held", () => {
    const attempts = [
      { tier: "bwrap", hold: "exact", count: 2 },
      { tier: "none", count: 1 },
    ] as const;
    expect(sessionWallText({ policy: "preferred", attempts, holes: [] })).toBe(
      "preferred; bwrap, exact, around 2 attempts; no wall around 1 attempt",
    );
    expect(sessionWallText({ policy: "off", attempts: [], holes: [] })).toBe("off; no attempt has started");
  });

  it("knows nothing before the session opened", () => {
    expect(sessionWallOf(initialState)).toBeUndefined();
  });
});
