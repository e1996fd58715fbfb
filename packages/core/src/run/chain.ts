import type { TaskId } from "../ids.ts";
import type { RunState } from "./state.ts";

/** How many tasks wait for this one along the longest chain of dependencies, itself included. */
export function chainLength(state: RunState, id: TaskId): number {
  return lengthFrom(state, id, new Map());
}

/** `known` holds lengths that were found, and 0 for tasks that are being looked at: cycles end there. */
function lengthFrom(state: RunState, id: TaskId, known: Map<TaskId, number>): number {
  const found = known.get(id);
  if (found !== undefined) return found;
  known.set(id, 0);
  const followers = [...state.tasks.values()].filter((each) => each.task.depends.includes(id));
  const length = 1 + Math.max(0, ...followers.map((each) => lengthFrom(state, each.task.id, known)));
  known.set(id, length);
  return length;
}
