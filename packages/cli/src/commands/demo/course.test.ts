import { describe, expect, it } from "vitest";
import { courseOf, WAVES } from "./course.ts";

const SEEDS = Array.from({ length: 36 }, (_, seed) => seed);

describe("the course of a seed", () => {
  it("is the same each time", () => {
    for (const seed of SEEDS) expect(courseOf(seed)).toEqual(courseOf(seed));
  });

  it("gives two different tasks of the second wave to the stray write and to the broken rule", () => {
    for (const seed of SEEDS) {
      const { strayed, culprit } = courseOf(seed);
      expect(strayed).not.toBe(culprit);
    }
  });

  it("gives every part to each task that can play it", () => {
    const courses = SEEDS.map(courseOf);
    expect(new Set(courses.map(({ denied }) => denied))).toEqual(new Set(WAVES.core));
    expect(new Set(courses.map(({ strayed }) => strayed))).toEqual(new Set(WAVES.polish));
    expect(new Set(courses.map(({ culprit }) => culprit))).toEqual(new Set(WAVES.polish));
    expect(new Set(courses.map(({ early }) => early))).toEqual(new Set(WAVES.final));
  });
});
