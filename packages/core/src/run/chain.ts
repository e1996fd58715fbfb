import type { TaskId } from "../ids.ts";
import type { RunState } from "./state.ts";

/** How many tasks wait for this one along the longest chain of dependencies, itself included. */
export function chainLength(state: RunState, id: TaskId): number {
  return lengthFrom(state, id, new Set());
}

function lengthFrom(state: RunState, id: TaskId, path: ReadonlySet<TaskId>): number {
  if (path.has(id)) return 0;
  const inside = new Set([...path, id]);
  const followers = [...state.tasks.values()].filter((each) => each.task.depends.includes(id));
  return 1 + Math.max(0, ...followers.map((each) => lengthFrom(state, each.task.id, inside)));
}
