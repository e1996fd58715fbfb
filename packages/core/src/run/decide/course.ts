import type { TaskId } from "../../ids.ts";
import { ABORT, blockerOf, REVISE, type WaveBalance } from "../../policy/course.ts";
import type { Question } from "../question.ts";
import { standingOf, tasksOfWave } from "../standing.ts";
import type { RunState, TaskState, WaveState } from "../state.ts";
import { askPerson, decisionAbout } from "./decision.ts";
import { nothing, type Wish } from "./wish.ts";

/**
 * Asks about the course of the session before a wave begins, where the wave before left a major blocker.
 * Undefined where the wave may begin.
 */
export function decideCourse(state: RunState, wave: WaveState): Wish | undefined {
  const before = state.waves.findLast(
    (each) => each.wave.number < wave.wave.number && each.status === "finished",
  );
  if (before === undefined) return undefined;
  const { number } = before.wave;
  const asked = decisionAbout(state, { kind: "course", wave: number });
  if (asked !== undefined) return asked.answer === undefined ? nothing : undefined;
  const blocker = blockerOf(balanceOf(state, number));
  return blocker === undefined ? undefined : askPerson(state, courseQuestion(number, blocker));
}

function balanceOf(state: RunState, wave: number): WaveBalance {
  const own = tasksOfWave(state, wave);
  const lost = lostTasks(state);
  const later = [...state.tasks.values()].filter(
    (task) => task.wave > wave && standingOf(state, task).kind !== "resolved",
  );
  return {
    tasks: own.length,
    givenUp: own.filter((task) => task.carried !== undefined).length,
    open: later.length,
    blocked: later.filter((task) => lost.has(task.task.id)).length,
  };
}

/** Tasks that will not be done, and all that depend on them, however far away. */
function lostTasks(state: RunState): ReadonlySet<TaskId> {
  const lost = new Set<TaskId>();
  const isLost = ({ task, carried, dropped }: TaskState): boolean =>
    carried !== undefined || dropped !== undefined || task.depends.some((id) => lost.has(id));
  for (let known = -1; known < lost.size;) {
    known = lost.size;
    for (const task of state.tasks.values()) if (isLost(task)) lost.add(task.task.id);
  }
  return lost;
}

function courseQuestion(wave: number, blocker: string): Question {
  return {
    subject: { kind: "course", wave },
    text: `Wave ${wave} left a major blocker: ${blocker}. What now?`,
    options: [
      {
        id: "proceed",
        label: "go on",
        consequence: "what can still be done is done; what depends on the rest is carried over",
      },
      REVISE,
      ABORT,
    ],
    fallback: "proceed",
  };
}
