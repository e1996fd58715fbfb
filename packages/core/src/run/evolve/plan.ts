import type { TaskId } from "../../ids.ts";
import type { Amendment, PlanFact, WaveFact } from "../fact.ts";
import type { WaveState } from "../state.ts";
import { updateTask, type DraftState, type Reducers } from "./draft.ts";

/** Reducers of the plan as it changes, and of the waves that carry it out. */
export const planReducers: Reducers<PlanFact["type"] | WaveFact["type"]> = {
  "plan.amended": (draft, { amendment, rule, reason }, at) => {
    amendPlan(draft, amendment);
    draft.deviations.push({ at, wave: currentWave(draft), rule, text: `${describe(amendment)}: ${reason}` });
  },
  "deviation.noted": (draft, { wave, rule, text }, at) => {
    draft.deviations.push({ at, wave, rule, text });
  },
  "task.carried": (draft, { task, reason }, at) => {
    updateTask(draft, task, { carried: reason });
    draft.deviations.push({
      at,
      wave: currentWave(draft),
      rule: "carry",
      text: `${task} is carried over: ${reason}`,
    });
  },
  "task.dropped": (draft, { task, by, reason }, at) => {
    updateTask(draft, task, { dropped: { by, reason } });
    draft.deviations.push({
      at,
      wave: currentWave(draft),
      rule: "drop",
      text: `${task} was dropped by ${by}: ${reason}`,
    });
  },
  "task.retried": (draft, fact) => retryTask(draft, fact.task),
  "wave.started": (draft, { wave, head }, at) =>
    updateWave(draft, wave, { status: "running", startHead: head, startedAt: at }),
  "wave.skipped": (draft, { wave }, at) => updateWave(draft, wave, { status: "skipped", finishedAt: at }),
  "wave.finished": (draft, { wave }, at) => updateWave(draft, wave, { status: "finished", finishedAt: at }),
};

/** Applies one change of the agreed plan. */
export function amendPlan(draft: DraftState, amendment: Amendment): void {
  switch (amendment.kind) {
    case "add-task": {
      const { task, wave } = amendment;
      if (draft.tasks.has(task.id)) return;
      draft.tasks.set(task.id, { task, wave, order: draft.tasks.size, attempts: [] });
      return;
    }
    case "move-task":
      return updateTask(draft, amendment.task, { wave: amendment.wave });
    case "add-wave":
      draft.waves.push({ wave: amendment.wave, status: "planned", repair: true });
      return;
    case "split-task":
      return split(draft, amendment);
    case "scale-wave":
      return updateWave(draft, amendment.wave, { agents: amendment.agents });
    case "widen-scope":
      return widen(draft, amendment.task, amendment.globs);
  }
}

/** The checks of the whole go to the last piece, and who depends on the task depends on all of its pieces. */
function split(
  draft: DraftState,
  { task: id, wave, globs, parts }: Extract<Amendment, { readonly kind: "split-task" }>,
): void {
  const state = draft.tasks.get(id);
  if (state === undefined || state.narrowed !== undefined) return;
  const ids = parts.map((part) => part.id);
  for (const [other, { task }] of draft.tasks) {
    if (task.depends.includes(id))
      updateTask(draft, other, { task: { ...task, depends: [...task.depends, ...ids] } });
  }
  updateTask(draft, id, {
    narrowed: globs,
    task: { ...state.task, verify: [], produces: [], doneWhen: [] },
  });
  for (const part of parts) amendPlan(draft, { kind: "add-task", wave, task: part });
}

function widen(draft: DraftState, id: TaskId, globs: readonly string[]): void {
  const state = draft.tasks.get(id);
  if (state === undefined || state.task.scope.kind === "read-only") return;
  const scope = { kind: "write", globs: [...state.task.scope.globs, ...globs] } as const;
  updateTask(draft, id, { task: { ...state.task, scope } });
}

/** Puts a carried task back to work; a settled or stopped session goes on. */
export function retryTask(draft: DraftState, id: TaskId): void {
  const state = draft.tasks.get(id);
  if (state === undefined) return;
  const { carried: _carried, ...rest } = state;
  const last = state.attempts.at(-1);
  draft.tasks.set(id, last === undefined ? rest : { ...rest, retriedAfter: last });
  const { stopped: _stopped, since: _since, ...control } = draft.control;
  draft.control = control;
  const { session } = draft;
  if (session?.settledAt !== undefined) {
    const { settledAt: _settledAt, ...open } = session;
    draft.session = open;
  }
}

function updateWave(draft: DraftState, number: number, change: Partial<WaveState>): void {
  draft.waves = draft.waves.map((each) => (each.wave.number === number ? { ...each, ...change } : each));
}

function currentWave(draft: DraftState): number {
  return draft.waves.findLast((each) => each.status !== "planned")?.wave.number ?? 0;
}

function describe(amendment: Amendment): string {
  switch (amendment.kind) {
    case "add-task":
      return `+${amendment.task.id} in wave ${amendment.wave} (${amendment.task.title})`;
    case "move-task":
      return `${amendment.task} moves to wave ${amendment.wave}`;
    case "add-wave":
      return `+wave ${amendment.wave.number} (${amendment.wave.name})`;
    case "split-task":
      return `${amendment.task} keeps ${amendment.globs.join(", ")}; ${amendment.parts.map(({ id, title }) => `+${id} (${title})`).join(", ")}`;
    case "scale-wave":
      return `wave ${amendment.wave} gets ${amendment.agents} agents instead of ${amendment.planned}`;
    case "widen-scope":
      return `${amendment.task} may also write ${amendment.globs.join(", ")}`;
  }
}
