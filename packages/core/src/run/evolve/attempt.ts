import { taskOfAttempt } from "../../ids.ts";
import type { AttemptFact, ResultFact } from "../fact.ts";
import type { AttemptState } from "../state.ts";
import { updateAttempt, updateTask, type DraftState, type Reducers } from "./draft.ts";
import { overlapNote } from "../overlap.ts";

/** How many denials of one attempt the state keeps; the journal keeps them all. */
const KEPT_DENIALS = 50;

/** Reducers of one attempt's evidence: from its opening to its result. */
export const attemptReducers: Reducers<AttemptFact["type"] | ResultFact["type"]> = {
  "attempt.opened": (draft, fact, at) => {
    const { type: _type, attempt: id, ...opening } = fact;
    const task = taskOfAttempt(id);
    const known = draft.tasks.get(task);
    if ((known === undefined && fact.reviewing === undefined) || draft.attempts.has(id)) return;
    draft.attempts.set(id, {
      ...opening,
      id,
      task,
      openedAt: at,
      adopted: 0,
      denialCount: 0,
      denials: [],
      stagnationCount: 0,
      steers: [],
    });
    if (known !== undefined) updateTask(draft, task, { attempts: [...known.attempts, id] });
  },
  "workspace.prepared": (draft, { attempt, path }) => updateAttempt(draft, attempt, { workspace: path }),
  "workspace.failed": (draft, { attempt, failure }) => updateAttempt(draft, attempt, { notStarted: failure }),
  "workspace.discarded": (draft, { attempt }) => updateAttempt(draft, attempt, { discarded: true }),
  "attempt.started": (draft, { attempt, pid, token, wall }, at) =>
    updateAttempt(draft, attempt, {
      started: { pid, token, at, ...(wall === undefined ? {} : { wall }) },
    }),
  "attempt.not-started": (draft, { attempt, failure }) =>
    updateAttempt(draft, attempt, { notStarted: failure }),
  "attempt.held": (draft, { attempt }) =>
    change(draft, attempt, (state) => ({ ...state, heldStarts: (state.heldStarts ?? 0) + 1 })),
  "attempt.adopted": (draft, { attempt }) =>
    change(draft, attempt, (state) => ({ ...state, adopted: state.adopted + 1 })),
  "attempt.progressed": (draft, { attempt, usage, now, runtimeSession }, at) =>
    updateAttempt(draft, attempt, {
      usage,
      doing: now,
      lastProgressAt: at,
      ...(runtimeSession === undefined ? {} : { runtimeSession }),
    }),
  "steer.requested": (draft, { attempt, text, by }) =>
    change(draft, attempt, (state) => ({ ...state, steers: [...state.steers, { text, by }] })),
  "attempt.overlapped": (draft, { attempt, paths, conflicts }) =>
    change(draft, attempt, (state) => {
      const text = overlapNote(paths, conflicts);
      const known = state.report !== undefined || state.steers.some((steer) => steer.text === text);
      return known ? state : { ...state, steers: [...state.steers, { text, by: "engine" }] };
    }),
  "attempt.nudged": (draft, { attempt, delivered }) =>
    change(draft, attempt, (state) => {
      const next = state.steers.findIndex((steer) => steer.delivered === undefined);
      return {
        ...state,
        steers: state.steers.map((each, i) => (i === next ? { ...each, delivered } : each)),
      };
    }),
  "attempt.stagnated": (draft, { attempt, detection: { file } }) =>
    change(draft, attempt, (state) => ({
      ...state,
      stagnationCount: state.stagnationCount + 1,
      ...(file === null ? {} : { stagnatedAt: file }),
    })),
  "attempt.stopping": (draft, { attempt, reason }) => updateAttempt(draft, attempt, { stopping: reason }),
  "attempt.exited": (draft, { attempt, report }, at) =>
    change(draft, attempt, (state) =>
      state.report === undefined
        ? { ...state, report, usage: { ...state.usage, ...report.usage }, exitedAt: at }
        : state,
    ),
  "scope.denied": (draft, { attempt, path, tool, allowed }) =>
    change(draft, attempt, ({ denials, denialCount, ...state }) => ({
      ...state,
      denialCount: denialCount + 1,
      denials: denials.length >= KEPT_DENIALS ? denials : [...denials, { path, tool, allowed }],
    })),
  "result.snapshotted": (draft, { attempt, commit, tree, changed, survey }) =>
    updateAttempt(draft, attempt, {
      result: { commit, tree, changed },
      ...(survey === undefined ? {} : { survey }),
    }),
  "result.failed": (draft, { attempt, failure }) => updateAttempt(draft, attempt, { resultFailure: failure }),
  "findings.checked": (draft, { attempt, accepted, rejected }) =>
    updateAttempt(draft, attempt, { findings: { accepted, rejected: rejected.length } }),
};

function change(
  draft: DraftState,
  id: AttemptState["id"],
  update: (state: AttemptState) => AttemptState,
): void {
  const state = draft.attempts.get(id);
  if (state !== undefined) draft.attempts.set(id, update(state));
}
