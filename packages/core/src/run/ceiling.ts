import type { Ceiling } from "../plan/plan.ts";
import { METERED, reservationOf, usedBy, type Metered } from "./spending.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "./state.ts";

/** Whatever its attempts share a ceiling of a task: a task, or a review. */
type Tried = Pick<TaskState, "attempts">;

/** The thing of which the attempts of a task have used up what the plan allows them together. */
export function spentByTask(state: RunState, task: Tried): Metered | undefined {
  return METERED.find((thing) => (leftOfTask(state, task, thing) ?? Number.POSITIVE_INFINITY) <= 0);
}

/** What the attempts of a task may still use of one thing together; undefined where the plan has no such ceiling. */
export function leftOfTask(state: RunState, task: Tried, thing: Metered): number | undefined {
  const ceiling = ceilingOf(state, "task")[thing];
  if (ceiling === undefined) return undefined;
  const attempts = task.attempts.flatMap((id) => state.attempts.get(id) ?? []);
  return ceiling - sumOf(attempts, { thing, share: Math.min(ceiling, reservationOf(state, thing)) });
}

/** What the attempts of a wave may still use of one thing, besides what is held for those under way. */
export function leftOfWave(state: RunState, wave: number, thing: Metered): number | undefined {
  const ceiling = ceilingOf(state, "wave")[thing];
  if (ceiling === undefined) return undefined;
  const attempts = [...state.attempts.values()].filter((each) => each.wave === wave);
  return ceiling - sumOf(attempts, { thing, share: shareOfWave(state, wave, thing) });
}

/** What is set aside for one attempt of a wave, so that each of its tasks can begin. */
export function shareOfWave(state: RunState, wave: number, thing: Metered): number {
  const ceiling = ceilingOf(state, "wave")[thing] ?? Number.POSITIVE_INFINITY;
  const tasks = [...state.tasks.values()].filter((each) => each.wave === wave).length;
  return Math.min(reservationOf(state, thing), ceiling / Math.max(1, tasks));
}

/** How many more attempts a wave may start by its ceilings, and the thing that is scarce where none may. */
export function startsOfWave(
  state: RunState,
  { wave: { number } }: WaveState,
): { readonly starts: number; readonly scarce: Metered | undefined } {
  const counts = METERED.map((thing) => {
    const [left, share] = [leftOfWave(state, number, thing), shareOfWave(state, number, thing)];
    return left === undefined || share <= 0 ? Number.POSITIVE_INFINITY : Math.floor(left / share + ROUNDING);
  });
  const starts = Math.max(0, Math.min(...counts));
  return { starts, scarce: METERED.find((_, index) => (counts[index] ?? 0) <= 0) };
}

/** Shares of a ceiling add up to it, whatever binary fractions make of them. */
const ROUNDING = 1e-6;

function ceilingOf({ session }: RunState, of: "task" | "wave"): Ceiling {
  return session?.schedule.budget[of] ?? {};
}

/** What ended is known, or estimated where its agent did not tell; what is under way holds its share at least. */
function sumOf(
  attempts: readonly AttemptState[],
  { thing, share }: { readonly thing: Metered; readonly share: number },
): number {
  const used = attempts.map((attempt) => {
    const known = usedBy(attempt, thing);
    if (attempt.notStarted !== undefined) return 0;
    if (attempt.report !== undefined) return known ?? (attempt.started === undefined ? 0 : share);
    return Math.max(known ?? 0, share);
  });
  return used.reduce((sum, each) => sum + each, 0);
}
