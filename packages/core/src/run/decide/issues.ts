import { dispositionOf } from "../disposition.ts";
import type { RunState, TaskState } from "../state.ts";
import { commandIdOf, nothing, order, type Wish } from "./wish.ts";

/**
 * After the branch moved: each issue that the plan names is told once. One of which a carried task speaks was
 * told when that was filed, and stays open.
 */
export function decideIssues(state: RunState): Wish {
  if (state.close.advanced === undefined) return nothing;
  const orders = endedIssues(state)
    .filter(({ issue, done }) => done || !isToldOf(state, issue))
    .map((each) => ({ type: "settle-issue", id: commandIdOf("settle-issue", each.issue), ...each }) as const);
  return order(...orders);
}

/** The issues that the plan names, each once, and whether all that they stand for is done. */
export function endedIssues(state: RunState): readonly { readonly issue: number; readonly done: boolean }[] {
  return issuesOf(state).map((issue) => ({
    issue,
    done: tasksOfIssue(state, issue).every((task) => isDone(state, task)),
  }));
}

/** The tasks that an issue stands for: those that name it, else every planned one. */
export function tasksOfIssue(state: RunState, issue: number): readonly TaskState[] {
  const planned = [...state.tasks.values()].filter(({ task }) => task.source.kind === "plan");
  const naming = planned.filter(({ task }) => task.issue === issue);
  return naming.length === 0 ? planned : naming;
}

function issuesOf({ session, tasks }: RunState): readonly number[] {
  const named = [...tasks.values()].flatMap(({ task }) => task.issue ?? []);
  return [...new Set([...(session?.schedule.issues ?? []), ...named])];
}

function isDone(state: RunState, task: TaskState): boolean {
  const kind = dispositionOf(state, task)?.kind;
  return kind === "done" || kind === "no-op";
}

function isToldOf(state: RunState, issue: number): boolean {
  return [...state.tasks.values()].some(({ task, filed }) => task.issue === issue && filed !== undefined);
}
