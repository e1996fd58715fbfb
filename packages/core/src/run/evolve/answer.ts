import { REVISE_NEXT } from "../../policy/course.ts";
import type { DecisionState } from "../state.ts";
import type { QuestionSubject } from "../question.ts";
import { updateSession, updateTask, type DraftState } from "./draft.ts";
import { amendPlan, retryTask } from "./plan.ts";

/**
 * Puts an answer into effect. The answer itself is the fact; that its consequence is folded from it, not
 * stored beside it, means that no crash can separate the two.
 */
export function applyAnswer(
  draft: DraftState,
  subject: QuestionSubject,
  given: NonNullable<DecisionState["answer"]>,
): void {
  const { option, by } = given;
  if (option === "stop" && subject.kind !== "baseline") {
    draft.control = { ...draft.control, stopped: { by, reason: "chosen in a decision" }, since: given.at };
    return;
  }
  if (option === "abort") {
    const stopped = { by, reason: "chosen in a decision", aborted: true } as const;
    draft.control = { ...draft.control, stopped, since: given.at };
    return;
  }
  if (option === "revise") {
    draft.control = { ...draft.control, parked: { reason: "revise", message: REVISE_NEXT } };
    return;
  }
  switch (subject.kind) {
    case "baseline":
      return answerBaseline(draft, subject.gate, given);
    case "task-failed":
      if (option === "retry") return retryTask(draft, subject.task);
      if (option === "drop")
        return updateTask(draft, subject.task, { dropped: { by, reason: "chosen in a decision" } });
      return updateTask(draft, subject.task, { carried: `given up by ${by} after its attempts failed` });
    case "scope-held":
      if (option === "amend")
        amendPlan(draft, { kind: "widen-scope", task: subject.task, globs: subject.paths });
      return;
    case "gate-stuck":
      if (option === "accept") draft.waived.push({ gate: subject.gate, commit: subject.commit, by });
      return;
    case "course":
    case "agent-question":
      return;
  }
}

function answerBaseline(
  draft: DraftState,
  gate: Extract<QuestionSubject, { kind: "baseline" }>["gate"],
  given: NonNullable<DecisionState["answer"]>,
): void {
  const { session } = draft;
  if (session === undefined) return;
  if (given.option === "accept-red") {
    draft.waived.push({ gate, commit: session.base.commit, by: given.by });
    return;
  }
  updateSession(draft, {
    refused: [
      {
        code: "BW451",
        message: `gate "${gate}" is not green on the base, and it shall be fixed first`,
        fix: `make "${gate}" pass on the base commit, then start again`,
      },
    ],
  });
}
