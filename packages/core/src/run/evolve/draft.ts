import type { AttemptId, TaskId } from "../../ids.ts";
import type { Fact, FactType } from "../fact.ts";
import type { AttemptState, RunState, SessionState, TaskState } from "../state.ts";

type Writable<Value> =
  Value extends ReadonlyMap<infer Key, infer Item>
    ? Map<Key, Item>
    : Value extends ReadonlySet<infer Item>
      ? Set<Item>
      : Value extends readonly (infer Item)[]
        ? Item[]
        : Value;

/** A state that nobody else holds yet: its containers may be written, what they contain may not. */
export type DraftState = { -readonly [Key in keyof RunState]: Writable<RunState[Key]> };

/** What one kind of fact does to the state. */
export type Reducer<Type extends FactType> = (
  draft: DraftState,
  fact: Extract<Fact, { readonly type: Type }>,
  at: number,
) => void;

/** One reducer for each kind of fact in a family; a new kind breaks the build until it has one. */
export type Reducers<Type extends FactType> = { readonly [Each in Type]: Reducer<Each> };

/** Copies the containers of a state, not what they contain: linear in their sizes. */
export function copyState(state: RunState): DraftState {
  return {
    ...state,
    waves: [...state.waves],
    tasks: new Map(state.tasks),
    attempts: new Map(state.attempts),
    gates: [...state.gates],
    blames: [...state.blames],
    waived: [...state.waived],
    decisions: new Map(state.decisions),
    reviews: new Map(state.reviews),
    deviations: [...state.deviations],
    firedTimers: new Set(state.firedTimers),
    open: new Map(state.open),
    issued: new Set(state.issued),
    failedCommands: new Map(state.failedCommands),
  };
}

/** Replaces fields of the session; without a session nothing happens. */
export function updateSession(draft: DraftState, change: Partial<SessionState>): void {
  if (draft.session !== undefined) draft.session = { ...draft.session, ...change };
}

/** Replaces fields of a task; an unknown task changes nothing. */
export function updateTask(draft: DraftState, id: TaskId, change: Partial<TaskState>): void {
  const task = draft.tasks.get(id);
  if (task !== undefined) draft.tasks.set(id, { ...task, ...change });
}

/** Replaces fields of an attempt; an unknown attempt changes nothing. */
export function updateAttempt(draft: DraftState, id: AttemptId, change: Partial<AttemptState>): void {
  const attempt = draft.attempts.get(id);
  if (attempt !== undefined) draft.attempts.set(id, { ...attempt, ...change });
}
