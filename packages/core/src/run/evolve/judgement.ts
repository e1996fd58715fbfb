import type { GateFact, ReviewFact } from "../fact.ts";
import { updateTask, type Reducers } from "./draft.ts";

/** Reducers of what gates and reviewers said. */
export const judgementReducers: Reducers<GateFact["type"] | ReviewFact["type"]> = {
  "gate.finished": (draft, { run, report }, at) => {
    draft.gates.push({ run, report, at, position: draft.position });
  },
  "gate.blamed": (draft, { type: _type, ...blame }) => {
    draft.blames.push({ ...blame, position: draft.position });
  },
  "gate.waived": (draft, { gate, commit, by }) => {
    draft.waived.push({ gate, commit, by });
  },
  "review.finished": (draft, { type: _type, review, ...said }) => {
    draft.reviews.set(review, { kind: "known", ...said });
  },
  "review.failed": (draft, { review, wave, failure }) => {
    draft.reviews.set(review, { kind: "unknown", wave, failure });
  },
  "carryover.filed": (draft, { task, where, issue, queued }) =>
    updateTask(draft, task, {
      filed: where,
      ...(issue === undefined ? {} : { carriedIssue: issue }),
      ...(queued === undefined ? {} : { filingQueued: queued }),
    }),
};
