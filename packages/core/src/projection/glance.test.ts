import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replay } from "../run/evolve/evolve.ts";
import { runningStory, sampleSecond, settledStory } from "./sample-story.ts";
import { glanceLater, glanceOf } from "./glance.ts";

describe("glanceLater", () => {
  it("moves a kept glance to where folding the facts again would bring it, at whatever fact they end", () => {
    const stories = [runningStory, settledStory];
    const moment = fc.integer({ min: 1_000, max: 5_000 });
    fc.assert(
      fc.property(fc.constantFrom(...stories), fc.nat(), moment, moment, (story, length, kept, passed) => {
        const state = replay(story.slice(0, length % (story.length + 1)));
        const from = sampleSecond(kept);
        const stored: ReturnType<typeof glanceOf> = JSON.parse(JSON.stringify(glanceOf(state, from)));
        expect(glanceLater(stored, from + passed)).toEqual(glanceOf(state, from + passed));
      }),
    );
  });

  it("goes no way back, because the clock of a machine may", () => {
    const glance = glanceOf(replay(runningStory), sampleSecond(2_000));
    expect(glanceLater(glance, sampleSecond(1_000))).toEqual(glance);
  });
});
