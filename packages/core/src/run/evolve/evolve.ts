import type { Fact, FactType, RecordedFact } from "../fact.ts";
import { initialState, type RunState } from "../state.ts";
import { copyState, type DraftState, type Reducer, type Reducers } from "./draft.ts";
import { attemptReducers } from "./attempt.ts";
import { integrationReducers } from "./integration.ts";
import { judgementReducers } from "./judgement.ts";
import { planReducers } from "./plan.ts";
import { sessionReducers } from "./session.ts";

const reducers: Reducers<FactType> = {
  ...sessionReducers,
  ...planReducers,
  ...attemptReducers,
  ...integrationReducers,
  ...judgementReducers,
};

/**
 * Folds one fact into the state. Total: it never throws and never refuses, and a fact about something
 * that does not exist changes nothing but the position. The given state is not touched.
 */
export function evolve(state: RunState, recorded: RecordedFact): RunState {
  const draft = copyState(state);
  apply(draft, recorded);
  return draft;
}

/** Folds many facts at the cost of one copy; the same result as `evolve` one by one. */
export function replay(facts: Iterable<RecordedFact>, from: RunState = initialState): RunState {
  const draft = copyState(from);
  for (const recorded of facts) apply(draft, recorded);
  return draft;
}

function apply(draft: DraftState, recorded: RecordedFact): void {
  draft.position = recorded.seq;
  draft.now = Math.max(draft.now, recorded.at);
  if (recorded.cause !== undefined) draft.open.delete(recorded.cause);
  const reducer: Reducer<FactType> | undefined = reducerOf(recorded.fact);
  reducer?.(draft, recorded.fact, recorded.at);
}

/** A journal of a newer version may hold kinds that this one does not know; they change nothing. */
function reducerOf(fact: Fact): Reducer<FactType> | undefined {
  return Object.hasOwn(reducers, fact.type) ? (reducers[fact.type] as Reducer<FactType>) : undefined;
}
