import { lastAttempt } from "../outcome.ts";
import type { AttemptState, RunState, TaskState } from "../state.ts";
import { decideResult, stopOrder } from "./attempt.ts";
import { reasonOf } from "./end-reason.ts";
import { settle } from "./final.ts";
import { abandonedReview, reviewAttempts } from "./review-attempt.ts";
import { combine, nothing, order, record, wake, type Wish } from "./wish.ts";

/** How long a stopped agent may take for an orderly end; milliseconds. */
const ORDERLY_STOP_MS = 60_000;

/** True when the session is to end at once, before its work is through. */
export function isEnding(state: RunState): boolean {
  return state.control.stopped !== undefined || state.control.limit === "minutes";
}

/** True when money or tokens are used up: no agent works any more, and what was paid for may still land. */
export function isDraining(state: RunState): boolean {
  return state.control.limit !== undefined && !isEnding(state);
}

/**
 * Ends a session early: what runs is stopped, every result is recorded under its ref, and what has no
 * proof is carried over. No gate runs any more, so nothing new becomes done.
 */
export function decideStop(state: RunState): Wish {
  const tasks = [...state.tasks.values()];
  const reason = reasonOf(state);
  const reviews = reviewAttempts(state);
  const wish = combine(
    ...tasks.map((task) => endTask(state, task, reason)),
    ...reviews.map((attempt) => endAttempt(state, attempt, reason)),
  );
  if (wish.record.length > 0 || wish.commands.length > 0) return wish;
  const busy = [...tasks.map((task) => lastAttempt(state, task.task.id)), ...reviews].some(isBusy);
  if (busy || hasOpenStep(state)) return wish;
  const wave = state.waves.find((each) => each.status === "running");
  if (wave !== undefined)
    return (
      abandonedReview(state, wave, reason) ??
      record({ type: "wave.finished", wave: wave.wave.number, head: state.integration.head })
    );
  const planned = state.waves.find((each) => each.status === "planned");
  return planned === undefined
    ? settle(state, tasks)
    : record({ type: "wave.skipped", wave: planned.wave.number });
}

/** Brings the newest attempt of a task to its end and its result under a ref. */
export function endTask(state: RunState, task: TaskState, reason: string): Wish {
  const attempt = lastAttempt(state, task.task.id);
  return attempt === undefined ? nothing : endAttempt(state, attempt, reason);
}

/** Brings any attempt to its end and its result under a ref. */
export function endAttempt(state: RunState, attempt: AttemptState, reason: string): Wish {
  if (!isBusy(attempt)) return nothing;
  if (attempt.report !== undefined && attempt.workspace !== undefined) {
    return decideResult(state, state.tasks.get(attempt.task), attempt);
  }
  if (attempt.started === undefined) return neverStarted(state, attempt, reason);
  return stopRunning(state, attempt, reason);
}

/** An attempt whose start is already ordered is stopped once it runs. */
function neverStarted(state: RunState, attempt: AttemptState, reason: string): Wish {
  const ordered = [...state.open.values()].some(
    (command) =>
      (command.type === "start-agent" || command.type === "prepare-workspace") &&
      command.attempt === attempt.id,
  );
  if (ordered) return nothing;
  const failure = { code: "BW454", message: `not started, because ${reason}` };
  return record({ type: "attempt.not-started", attempt: attempt.id, failure });
}

function stopRunning(state: RunState, attempt: AttemptState, reason: string): Wish {
  const [force, lost] = [`force-stop:${attempt.id}`, `lost:${attempt.id}`];
  if (state.firedTimers.has(lost)) {
    const ending = { kind: "lost", reason: "it did not end after it was stopped" } as const;
    const usage = attempt.usage ?? { turns: 0, toolCalls: 0, denials: 0 };
    const report = {
      ending,
      exitCode: null,
      claim: { kind: "missing" },
      usage,
      findings: [],
      questions: [],
    } as const;
    return record({ type: "attempt.exited", attempt: attempt.id, report });
  }
  const orderly = stopOrder(attempt, reason, { force: false });
  const since = stoppedAt(state);
  if (!state.firedTimers.has(force))
    return combine(order(orderly), wake({ id: force, at: since + ORDERLY_STOP_MS }));
  return combine(
    order(stopOrder(attempt, reason, { force: true })),
    wake({ id: lost, at: since + 2 * ORDERLY_STOP_MS }),
  );
}

function stoppedAt(state: RunState): number {
  return state.control.since ?? state.now;
}

/** True while something of an attempt is under way, or its result is not recorded. */
export function isBusy(attempt: AttemptState | undefined): boolean {
  if (attempt === undefined || attempt.notStarted !== undefined || attempt.resultFailure !== undefined)
    return false;
  return attempt.result === undefined;
}

/** A step of the integration ref that is under way is waited for. */
function hasOpenStep(state: RunState): boolean {
  return [...state.open.values()].some((command) => command.type === "advance-integration");
}
