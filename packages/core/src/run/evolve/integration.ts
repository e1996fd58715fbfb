import type { IntegrationFact } from "../fact.ts";
import { updateAttempt, type Reducers } from "./draft.ts";

/** Reducers of the steps by which the integration ref moves. */
export const integrationReducers: Reducers<IntegrationFact["type"]> = {
  "candidate.built": (draft, { attempt, head, commit, tree }) =>
    updateAttempt(draft, attempt, { candidate: { head, commit, tree } }),
  "candidate.conflicted": (draft, { attempt, head, paths }) =>
    updateAttempt(draft, attempt, { conflict: { head, paths } }),
  "candidate.failed": (draft, { attempt, failure }) =>
    updateAttempt(draft, attempt, { candidateFailure: failure }),
  "candidate.audited": (draft, { type: _type, attempt, ...audit }) =>
    updateAttempt(draft, attempt, { audit }),
  "integration.advanced": (draft, { attempt, from, to, tree }, at) => {
    const state = draft.attempts.get(attempt);
    if (state === undefined || from !== draft.integration.head) return;
    updateAttempt(draft, attempt, { advanced: { from, to, tree, at } });
    const step = { attempt, wave: state.wave, commit: to, tree };
    draft.integration = { head: to, tree, line: [...draft.integration.line, step] };
  },
  "integration.refused": (draft, { attempt, expected, found }) =>
    updateAttempt(draft, attempt, { refusedAdvance: { expected, found } }),
};
