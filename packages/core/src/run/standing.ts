import type { AttemptId, TaskId } from "../ids.ts";
import { stepAfter, type AdaptationQuestion, type Step } from "../policy/adaptation.ts";
import { spentByTask } from "./ceiling.ts";
import { dispositionOf } from "./disposition.ts";
import { lastAttempt, outcomeOf, type AttemptOutcome } from "./outcome.ts";
import { failedAtOnce } from "./resumption.ts";
import type { AttemptState, RunState, TaskState } from "./state.ts";

/** Where a task stands inside the wave it belongs to. */
export type Standing =
  /** Nothing more happens to it in this wave. */
  | { readonly kind: "resolved" }
  | { readonly kind: "waiting"; readonly for: readonly TaskId[] }
  /** A task it depends on will not be done. */
  | { readonly kind: "blocked"; readonly by: TaskId }
  | { readonly kind: "ready"; readonly round: number }
  | { readonly kind: "active"; readonly attempt: AttemptId }
  /** Its last attempt did not succeed, and a rule says what follows. */
  | {
      readonly kind: "failed";
      readonly attempt: AttemptId;
      readonly outcome: AttemptOutcome;
      readonly step: Step;
      readonly rule: string;
    };

/** Derives where a task stands; a task that was moved to a later wave is looked at there. */
export function standingOf(state: RunState, task: TaskState): Standing {
  return standingIn(state, task, new Set());
}

/** `path` are the tasks on whose way this one is looked at, so that a circle of orders comes to an end. */
function standingIn(state: RunState, task: TaskState, path: ReadonlySet<TaskId>): Standing {
  if (task.dropped !== undefined || task.carried !== undefined) return { kind: "resolved" };
  const attempt = lastAttempt(state, task.task.id);
  if (attempt === undefined || attempt.wave !== task.wave)
    return beforeFirst(state, task, { earlier: attempt, path });
  const outcome = outcomeOf(state, attempt);
  if (outcome === undefined) return { kind: "active", attempt: attempt.id };
  if (outcome.kind === "done" || outcome.kind === "no-op") {
    return wantsWiderScope(state, attempt)
      ? { kind: "ready", round: attempt.round + 1 }
      : { kind: "resolved" };
  }
  return afterFailure(state, task, attempt, outcome);
}

function beforeFirst(
  state: RunState,
  task: TaskState,
  { earlier, path }: { readonly earlier: AttemptState | undefined; readonly path: ReadonlySet<TaskId> },
): Standing {
  if (earlier !== undefined && dispositionOf(state, task)?.kind === "done") return { kind: "resolved" };
  const dependencies = task.task.depends.flatMap((id) => state.tasks.get(id) ?? []);
  const blocker = dependencies.find((each) => each.carried !== undefined || each.dropped !== undefined);
  if (blocker !== undefined) return { kind: "blocked", by: blocker.task.id };
  const unfinished = [
    ...dependencies.filter((each) => !hasLanded(state, each)),
    ...runningBefore(state, task, new Set([...path, task.task.id])),
  ];
  const waiting = unfinished.map((each) => each.task.id);
  return waiting.length > 0 ? { kind: "waiting", for: waiting } : { kind: "ready", round: 1 };
}

/** Tasks of the same wave that must have ended, well or badly, and have not; a contract in question has not. */
function runningBefore(state: RunState, task: TaskState, path: ReadonlySet<TaskId>): readonly TaskState[] {
  return (task.task.after ?? [])
    .flatMap((id) => state.tasks.get(id) ?? [])
    .filter((each) => {
      if (each.wave !== task.wave || path.has(each.task.id)) return false;
      const standing = standingIn(state, each, path);
      const { kind } = standing;
      if (kind === "failed") return each.task.contractLock && standing.step === "ask";
      return kind === "waiting" || kind === "ready" || kind === "active";
    });
}

/** A dependency is satisfied when its change is on the integration line, or it needs none. */
function hasLanded(state: RunState, task: TaskState): boolean {
  if (task.attempts.some((id) => state.attempts.get(id)?.advanced !== undefined)) return true;
  const attempt = lastAttempt(state, task.task.id);
  const outcome = attempt === undefined ? undefined : outcomeOf(state, attempt);
  return outcome?.kind === "done" || outcome?.kind === "no-op";
}

function afterFailure(
  state: RunState,
  task: TaskState,
  attempt: AttemptState,
  outcome: AttemptOutcome,
): Standing {
  // Others wait for a contract in this very wave.
  if (task.retriedAfter === attempt.id && task.task.contractLock)
    return { kind: "ready", round: attempt.round + 1 };
  if (task.retriedAfter === attempt.id) {
    return { kind: "failed", attempt: attempt.id, outcome, step: "next-wave", rule: "retry:person" };
  }
  const { step, rule } = stepAfter(adaptationQuestion(state, task, attempt, outcome));
  if (step === "same-wave") return { kind: "ready", round: attempt.round + 1 };
  if (step === "park" && state.control.parked === undefined && wasParkedFor(state, attempt)) {
    return { kind: "ready", round: attempt.round + 1 };
  }
  return { kind: "failed", attempt: attempt.id, outcome, step, rule };
}

/** What the adaptation table is asked with after an attempt of a task. */
export function adaptationQuestion(
  state: RunState,
  task: TaskState,
  attempt: AttemptState,
  outcome: AttemptOutcome,
): AdaptationQuestion {
  const { onFail, contractLock: contract } = task.task;
  const spent = spentByTask(state, task);
  return {
    outcome,
    causes: causesOf(state, task),
    onFail,
    contract,
    fallsBack: failedAtOnce(attempt),
    ...(spent === undefined ? {} : { spent }),
  };
}

/** The causes of a task's concluded attempts, oldest first. */
export function causesOf(state: RunState, task: TaskState): readonly AttemptOutcome["cause"][] {
  return task.attempts.flatMap((id) => {
    const attempt = state.attempts.get(id);
    const outcome = attempt === undefined ? undefined : outcomeOf(state, attempt);
    return outcome === undefined ? [] : [outcome.cause];
  });
}

/** The rule name of a deviation that tells that the session was parked because of this attempt. */
export const parkRule = (attempt: AttemptId): string => `park:${attempt}`;

/** True when the session was already parked for this attempt, or while it was parked for another. */
export function wasParkedFor(state: RunState, attempt: AttemptState): boolean {
  return state.deviations.some((each) => each.rule === parkRule(attempt.id));
}

/** A person widened the scope after the audit had held a part: one more attempt brings it in. */
function wantsWiderScope(state: RunState, attempt: AttemptState): boolean {
  return [...state.decisions.values()].some(
    ({ question, answer }) =>
      question.subject.kind === "scope-held" &&
      question.subject.attempt === attempt.id &&
      answer?.option === "amend",
  );
}

/** Tasks that belong to a wave now, in plan order. */
export function tasksOfWave(state: RunState, wave: number): readonly TaskState[] {
  return [...state.tasks.values()].filter((each) => each.wave === wave).toSorted((a, b) => a.order - b.order);
}
