import { ABORT, REVISE } from "../../policy/course.ts";
import { landingOf } from "../landing.ts";
import { lastAttempt } from "../outcome.ts";
import type { QuestionSubject } from "../question.ts";
import type { AttemptState, RunState, TaskState } from "../state.ts";
import { askPerson, decisionAbout } from "./decision.ts";
import { combine, type Wish } from "./wish.ts";

/** Asks about content that the audit held while the rest of the result could land. */
export function decideHolds(state: RunState, tasks: readonly TaskState[]): Wish {
  return combine(
    ...tasks.flatMap((task) => {
      const attempt = lastAttempt(state, task.task.id);
      return attempt === undefined || !isPartlyHeld(attempt) ? [] : [askAbout(state, task, attempt)];
    }),
  );
}

/** True while a person has not said what becomes of held content; the wave waits for it. */
export function hasOpenHold(state: RunState, tasks: readonly TaskState[]): boolean {
  return tasks.some((task) => {
    const attempt = lastAttempt(state, task.task.id);
    if (attempt === undefined || !isPartlyHeld(attempt)) return false;
    return decisionAbout(state, subjectOf(task, attempt))?.answer === undefined;
  });
}

function isPartlyHeld(attempt: AttemptState): boolean {
  return (attempt.audit?.held.length ?? 0) > 0 && landingOf(attempt) !== undefined;
}

function subjectOf(task: TaskState, attempt: AttemptState): Extract<QuestionSubject, { kind: "scope-held" }> {
  const paths = attempt.audit?.held.map((held) => held.path) ?? [];
  return { kind: "scope-held", task: task.task.id, attempt: attempt.id, paths };
}

function askAbout(state: RunState, task: TaskState, attempt: AttemptState): Wish {
  const subject = subjectOf(task, attempt);
  return askPerson(state, {
    subject,
    text: `${task.task.id} changed ${subject.paths.join(", ")} outside its scope. The rest may land. What about these?`,
    options: [
      { id: "drop", label: "leave them out", consequence: "they stay in quarantine under a ref" },
      {
        id: "amend",
        label: "widen the scope",
        consequence: `${task.task.id} may write them, and gets one more attempt`,
      },
      REVISE,
      ABORT,
    ],
    fallback: "drop",
  });
}
