import { lastAttempt } from "../outcome.ts";
import { specsOf } from "../phase.ts";
import { scalingOf } from "../scaling.ts";
import { standingOf, tasksOfWave } from "../standing.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "../state.ts";
import { decideAttempt } from "./attempt.ts";
import { decideCourse } from "./course.ts";
import { hasOpenHold, decideHolds } from "./hold.ts";
import { decideGates } from "./gates.ts";
import { decideMerge } from "./merge.ts";
import { decideReview } from "./review.ts";
import { decideStarts, isHeld } from "./start.ts";
import { decideFailures, decideRevived } from "./task-failure.ts";
import { combine, nothing, record, type Wish } from "./wish.ts";

/** Carries out one wave: its attempts, their landing, what follows failures, and then its gates. */
export function decideWave(state: RunState, wave: WaveState): Wish {
  const { number } = wave.wave;
  const tasks = tasksOfWave(state, number);
  if (wave.status === "planned") return decideBeginning(state, wave, tasks);
  const failures = [decideFailures(state, tasks), decideRevived(state)];
  const changes = failures.find((wish) => wish.record.length > 0);
  if (changes !== undefined) return changes;
  const work = combine(
    ...failures,
    decideHolds(state, tasks),
    decideAttempts(state, wave, tasks),
    decideMerge(state, wave),
  );
  return isThrough(state, tasks)
    ? combine(work, decideEnd(state, wave))
    : combine(work, decideStarts(state, wave));
}

function decideBeginning(state: RunState, wave: WaveState, tasks: readonly TaskState[]): Wish {
  const { number } = wave.wave;
  if (isHeld(state)) return nothing;
  if (tasks.every((task) => standingOf(state, task).kind === "resolved"))
    return record({ type: "wave.skipped", wave: number });
  const revived = decideRevived(state);
  if (revived.record.length > 0) return revived;
  return (
    decideCourse(state, wave) ??
    scaledWave(state, wave) ??
    record({ type: "wave.started", wave: number, head: state.integration.head })
  );
}

/** How many agents the wave gets is settled, with its reason, before it begins. */
function scaledWave(state: RunState, wave: WaveState): Wish | undefined {
  const scaling = scalingOf(state, wave);
  if (scaling === undefined) return undefined;
  const { agents, planned, rule, reason } = scaling;
  const amendment = { kind: "scale-wave", wave: wave.wave.number, planned, agents } as const;
  return record({ type: "plan.amended", amendment, rule, reason });
}

/** Drives every attempt of the wave that has evidence to come, also those whose task went on without it. */
function decideAttempts(state: RunState, wave: WaveState, tasks: readonly TaskState[]): Wish {
  return combine(
    ...tasks.flatMap((task) => {
      const attempt = lastAttempt(state, task.task.id);
      return attempt === undefined || attempt.wave !== wave.wave.number
        ? []
        : [decideAttempt(state, task, attempt, wave)];
    }),
  );
}

/** True when nothing more happens to any of these tasks in their wave. */
export function isThrough(state: RunState, tasks: readonly TaskState[]): boolean {
  if (hasOpenHold(state, tasks)) return false;
  return tasks.every(
    (task) => standingOf(state, task).kind === "resolved" && isQuiet(lastAttempt(state, task.task.id)),
  );
}

/** True when nothing of an attempt is running any more. */
function isQuiet(attempt: AttemptState | undefined): boolean {
  if (attempt === undefined || attempt.notStarted !== undefined) return true;
  return attempt.result !== undefined || attempt.resultFailure !== undefined;
}

/** Gates and review of a wave whose tasks are through, then its end. */
export function decideEnd(state: RunState, wave: WaveState): Wish {
  const { number, roles } = wave.wave;
  const { head } = state.integration;
  const finished = record({ type: "wave.finished", wave: number, head });
  if (head === wave.startHead) return finished;
  const gates = decideGates(state, {
    specs: specsOf(state, state.session?.schedule.gates.afterWave ?? []),
    purpose: { kind: "wave", wave: number },
    wave: number,
    lookUp: !roles.includes("quality"),
  });
  if (gates.kind === "next") return gates.wish;
  return decideReview(state, wave) ?? finished;
}
