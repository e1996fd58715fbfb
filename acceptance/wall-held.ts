import { factsOf } from "./check-journal.ts";
import type { Story } from "./story.ts";
import { noneAmiss, type Check } from "./table.ts";

/** That a wall stood around every attempt of a session, and which. */
export function wallChecks(story: Story): readonly Check[] {
  const walls = factsOf(story, "attempt.exited").map(({ attempt, report }) => ({
    attempt,
    wall: report.wall,
  }));
  const open = walls.filter(({ wall }) => (wall?.tier ?? "none") === "none").map(({ attempt }) => attempt);
  const found = walls.map(({ wall }) => `${wall?.tier} ${wall?.hold}`);
  return [
    noneAmiss("a wall stood around every attempt", open, [...new Set(found)].toSorted().join(", ")),
    noneAmiss(
      "each wall names what it leaves open",
      walls.flatMap(({ attempt, wall }) => ((wall?.holes.length ?? 0) > 0 ? [] : [attempt])),
      [
        ...new Set(walls.flatMap(({ wall }) => wall?.holes.map((hole) => hole.replace(/^.*: /u, "")) ?? [])),
      ].join("; "),
    ),
  ];
}
