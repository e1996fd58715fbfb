/** What differs between two courses of the story; the rest is the same for every seed. */
export type Course = {
  readonly seed: number;
  /** Writes outside its scope by a tool, and is denied at the door. */
  readonly denied: string;
  /** Writes outside its scope without asking the door, and is held at the audit. */
  readonly strayed: string;
  /** Breaks a rule that only the test of the whole sees, and gets a repair. */
  readonly culprit: string;
  /** Works while the coordinator is killed, and ends before the next one is there. */
  readonly early: string;
};

/** The tasks by wave; those of the last one are at work when the coordinator is killed. */
export const WAVES = {
  core: ["T1", "T2"],
  polish: ["T3", "T4", "T5"],
  final: ["T6", "T7", "T8"],
} as const;

/** The course of a seed; the same seed gives the same course, and any six in a row differ. */
export function courseOf(seed: number): Course {
  const strayed = at(WAVES.polish, seed);
  const others = WAVES.polish.filter((id) => id !== strayed);
  return {
    seed,
    denied: at(WAVES.core, seed),
    strayed,
    culprit: at(others, Math.floor(seed / 3)),
    early: at(WAVES.final, Math.floor(seed / 2)),
  };
}

/** The repair that the engine plans for the culprit. */
export function repairOf({ culprit }: Course): string {
  return `${culprit}F1`;
}

function at(list: readonly string[], index: number): string {
  const found = list[index % list.length];
  if (found === undefined) throw new Error(`Choosing the course of the demo: nothing at ${index}`);
  return found;
}
