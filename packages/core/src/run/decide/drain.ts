import { tasksOfWave } from "../standing.ts";
import type { RunState, TaskState, WaveState } from "../state.ts";
import { lastAttempt } from "../outcome.ts";
import { decideResult } from "./attempt.ts";
import { decideHolds } from "./hold.ts";
import { decideMerge } from "./merge.ts";
import { reasonOf } from "./end-reason.ts";
import { endTask } from "./stop.ts";
import { carryUnaffordable } from "./unaffordable.ts";
import { decideEnd, isThrough } from "./wave.ts";
import { combine, record, type Wish } from "./wish.ts";

/**
 * Ends a wave of a session whose money or tokens are used up: what runs is stopped, nothing new starts, and
 * work that was paid for still lands and is gated, because that costs none.
 */
export function drainWave(state: RunState, wave: WaveState): Wish {
  const { number } = wave.wave;
  const tasks = tasksOfWave(state, number);
  const ended = combine(...tasks.map((task) => endOrCollect(state, task)));
  if (ended.record.length > 0) return ended;
  const carried = carryUnaffordable(state, tasks);
  if (carried.record.length > 0) return carried;
  if (wave.status === "planned") return record({ type: "wave.skipped", wave: number });
  const work = combine(ended, decideHolds(state, tasks), decideMerge(state, wave));
  return isThrough(state, tasks) ? combine(work, decideEnd(state, wave)) : work;
}

/** What an agent left is recorded and its findings are checked, as in a wave that goes on. */
function endOrCollect(state: RunState, task: TaskState): Wish {
  const attempt = lastAttempt(state, task.task.id);
  if (attempt?.report === undefined || attempt.workspace === undefined)
    return endTask(state, task, reasonOf(state));
  return decideResult(state, task, attempt);
}
