import type { TaskId } from "../ids.ts";
import { standingOf, tasksOfWave } from "./standing.ts";
import type { RunState, TaskState } from "./state.ts";

/**
 * The attempts of a wave that start from the same commit: those of equal depth in the wave's dependencies
 * and of the same round. Groups follow one another, so that what an attempt starts from depends on the
 * plan and on outcomes, never on which agent was faster.
 */
export type Group = { readonly depth: number; readonly round: number };

/** Orders groups: a sub-phase ends, with all its rounds, before the next begins. */
export function compareGroups(a: Group, b: Group): number {
  return a.depth - b.depth || a.round - b.round;
}

/** How many tasks of the same wave must end before this one, along the longest chain. */
export function depthOf(state: RunState, task: TaskState): number {
  return depthIn(state, task, new Map());
}

/** `known` holds depths that were found, and 0 for tasks whose depth is being looked for: cycles end there. */
function depthIn(state: RunState, task: TaskState, known: Map<TaskId, number>): number {
  const found = known.get(task.task.id);
  if (found !== undefined) return found;
  known.set(task.task.id, 0);
  const depths = predecessorsOf(state, task).map((each) => depthIn(state, each, known) + 1);
  const depth = Math.max(0, ...depths);
  known.set(task.task.id, depth);
  return depth;
}

function predecessorsOf(state: RunState, task: TaskState): readonly TaskState[] {
  const ids = [...task.task.depends, ...(task.task.after ?? [])];
  return ids.flatMap((id) => state.tasks.get(id) ?? []).filter((each) => each.wave === task.wave);
}

/** A task that something still happens to in its wave, with the group it is in. */
export type Member = {
  readonly task: TaskState;
  readonly group: Group;
  readonly kind: "ready" | "active" | "waiting";
};

/** Tasks of a wave that are not through, in the order in which they may land. */
export function membersOf(state: RunState, wave: number): readonly Member[] {
  return tasksOfWave(state, wave)
    .flatMap((task) => memberOf(state, task))
    .toSorted((a, b) => compareGroups(a.group, b.group) || a.task.order - b.task.order);
}

function memberOf(state: RunState, task: TaskState): readonly Member[] {
  const standing = standingOf(state, task);
  const depth = depthOf(state, task);
  switch (standing.kind) {
    case "resolved":
    case "failed":
    case "blocked":
      return [];
    case "ready":
      return [{ task, group: { depth, round: standing.round }, kind: "ready" }];
    case "waiting":
      return [{ task, group: { depth, round: 1 }, kind: "waiting" }];
    case "active":
      return [
        { task, group: { depth, round: state.attempts.get(standing.attempt)?.round ?? 1 }, kind: "active" },
      ];
  }
}
