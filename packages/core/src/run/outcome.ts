import { counted } from "../count-text.ts";
import type { TaskId } from "../ids.ts";
import type { ScheduledTask } from "../plan/schedule.ts";
import type { AttemptEnding, LimitKind } from "./attempt-report.ts";
import { landingOf, verifyState } from "./landing.ts";
import type { AttemptState, RunState } from "./state.ts";

/** How one attempt ended: a closed set. */
export type OutcomeKind =
  | "done"
  | "no-op"
  | "partial"
  | "failed"
  | "spiral"
  | "stagnant"
  | "timed-out"
  | "cancelled"
  | "lost";

/** Why it ended so; the adaptation table has one row for each cause. */
export type OutcomeCause =
  | "landed"
  | "nothing-to-do"
  | "limit"
  | "said-partial"
  | "said-failed"
  | "client-failed"
  | "claim-without-change"
  | "declared-missing"
  | "no-findings"
  | "findings-rejected"
  | "conflict"
  | "out-of-scope"
  | "verify-red"
  | "verify-unknown"
  | "not-reproduced"
  | "loop"
  | "time"
  | "not-started"
  | "lost"
  | "stopped"
  | "gate-missing"
  | "provider-blocked"
  | "provider-busy"
  | "provider-error"
  | "engine";

export type AttemptOutcome = {
  readonly kind: OutcomeKind;
  readonly cause: OutcomeCause;
  /** One sentence with the facts, for people and for the next attempt. */
  readonly detail: string;
};

/**
 * Judges an attempt by its evidence; undefined while evidence is missing. The agent's claim alone never
 * makes an outcome good: `done` needs the step of the integration ref, `no-op` an unchanged tree.
 */
export function outcomeOf(state: RunState, attempt: AttemptState): AttemptOutcome | undefined {
  if (attempt.notStarted !== undefined) {
    return { kind: "failed", cause: "not-started", detail: attempt.notStarted.message };
  }
  if (attempt.report === undefined) return undefined;
  if (attempt.resultFailure !== undefined) {
    return { kind: "failed", cause: "engine", detail: attempt.resultFailure.message };
  }
  // Whatever the ending was, the work is kept under a ref before anything is concluded.
  if (attempt.result === undefined) return undefined;
  const ended =
    overdueOutcome(state, attempt) ?? endingOutcome(attempt.report.ending) ?? claimOutcome(attempt);
  if (ended !== undefined) return ended;
  if (attempt.reviewing !== undefined) return reviewOutcome(attempt);
  const task = state.tasks.get(attempt.task)?.task;
  if (task === undefined) return undefined;
  return attempt.result.changed === 0 ? unchangedOutcome(task, attempt) : landedOutcome(state, task, attempt);
}

/** A review is evidence only where its reviewer touched nothing and reported by the schema. */
function reviewOutcome({ result, report }: AttemptState): AttemptOutcome {
  const changed = result?.changed ?? 0;
  if (changed > 0) {
    const detail = `the reviewer changed ${counted(changed, "file")}`;
    return { kind: "failed", cause: "out-of-scope", detail };
  }
  return report?.review === undefined
    ? { kind: "failed", cause: "no-findings", detail: "the reviewer gave no report by the schema" }
    : { kind: "done", cause: "landed", detail: "a report by the schema" };
}

/** The timer that ends an attempt which outlives its own time limit. */
export const overdueTimer = (attempt: AttemptState["id"]): string => `overdue:${attempt}`;

/** Whether its process obeyed in the end or was lost makes no difference: its time was over. */
function overdueOutcome(state: RunState, attempt: AttemptState): AttemptOutcome | undefined {
  const ending = attempt.report?.ending.kind;
  if ((ending !== "stopped" && ending !== "lost") || !state.firedTimers.has(overdueTimer(attempt.id)))
    return undefined;
  return { kind: "timed-out", cause: "time", detail: "outlived its time limit and was stopped" };
}

/** The outcome of an ending that was not a completion; undefined for a completion. */
function endingOutcome(ending: AttemptEnding): AttemptOutcome | undefined {
  switch (ending.kind) {
    case "completed":
      return undefined;
    case "failed":
      return { kind: "failed", cause: "client-failed", detail: ending.reason };
    case "limit":
      return limitOutcome(ending.limit);
    case "stopped":
      return { kind: "cancelled", cause: "stopped", detail: `stopped: ${ending.reason}` };
    case "stuck":
      return stuckOutcome(ending.pattern, ending.evidence);
    case "error":
      return errorOutcome(ending.class, ending.message);
    case "gate-missing":
      return { kind: "failed", cause: "gate-missing", detail: ending.message };
    case "lost":
      return { kind: "lost", cause: "lost", detail: ending.reason };
  }
}

function limitOutcome(limit: LimitKind): AttemptOutcome {
  switch (limit) {
    case "wall":
    case "idle":
      return { kind: "timed-out", cause: "time", detail: `reached its ${limit} time limit` };
    case "turns":
    case "tool-calls":
    case "output":
    case "tokens":
    case "usd":
      return { kind: "partial", cause: "limit", detail: `reached its limit of ${limit}` };
  }
}

function stuckOutcome(pattern: string, evidence: string): AttemptOutcome {
  const detail = `${pattern}: ${evidence}`;
  if (pattern === "pagination-spiral") return { kind: "stagnant", cause: "loop", detail };
  if (pattern === "error-echo") return { kind: "failed", cause: "loop", detail };
  return { kind: "spiral", cause: "loop", detail };
}

function errorOutcome(
  errorClass: Extract<AttemptEnding, { kind: "error" }>["class"],
  message: string,
): AttemptOutcome {
  switch (errorClass) {
    case "quota":
    case "auth":
    case "billing":
      return { kind: "failed", cause: "provider-blocked", detail: `${errorClass}: ${message}` };
    case "rate-limit":
    case "overload":
    case "network":
      return { kind: "failed", cause: "provider-busy", detail: `${errorClass}: ${message}` };
    case "context-overflow":
    case "refusal":
    case "crash":
    case "protocol":
      return { kind: "failed", cause: "provider-error", detail: `${errorClass}: ${message}` };
  }
}

/** A claim can only make things worse than the evidence, never better. */
function claimOutcome(attempt: AttemptState): AttemptOutcome | undefined {
  const claim = attempt.report?.claim;
  if (claim?.kind === "failed") return { kind: "failed", cause: "said-failed", detail: claim.reason };
  if (claim?.kind === "partial") {
    return { kind: "partial", cause: "said-partial", detail: `remaining: ${claim.remaining}` };
  }
  return undefined;
}

function unchangedOutcome(task: ScheduledTask, attempt: AttemptState): AttemptOutcome | undefined {
  if (task.scope.kind === "read-only") return findingsOutcome(task, attempt);
  const saidNothing = attempt.report?.claim.kind === "no-op";
  if (task.noOp || (saidNothing && task.role === "quality")) {
    return { kind: "no-op", cause: "nothing-to-do", detail: "nothing had to change" };
  }
  return { kind: "failed", cause: "claim-without-change", detail: "the attempt ended without any change" };
}

function findingsOutcome(task: ScheduledTask, attempt: AttemptState): AttemptOutcome | undefined {
  const checked = attempt.findings;
  if (checked === undefined) return undefined;
  if (checked.rejected > 0) {
    const total = checked.accepted.length + checked.rejected;
    const detail = `${checked.rejected} of ${total} findings did not hold against the repository`;
    return { kind: "failed", cause: "findings-rejected", detail };
  }
  if (checked.accepted.length > 0) {
    return { kind: "done", cause: "landed", detail: `${checked.accepted.length} findings, all checked` };
  }
  if (attempt.report?.claim.kind === "no-op" || task.noOp) {
    return { kind: "no-op", cause: "nothing-to-do", detail: "nothing was found" };
  }
  return { kind: "failed", cause: "no-findings", detail: "a read-only task ended without a finding" };
}

function landedOutcome(
  state: RunState,
  task: ScheduledTask,
  attempt: AttemptState,
): AttemptOutcome | undefined {
  if (attempt.candidateFailure !== undefined) {
    return { kind: "failed", cause: "engine", detail: attempt.candidateFailure.message };
  }
  if (attempt.refusedAdvance !== undefined) {
    return { kind: "failed", cause: "engine", detail: "the integration ref was moved by somebody else" };
  }
  if (attempt.conflict !== undefined) {
    return { kind: "failed", cause: "conflict", detail: `conflicts in ${attempt.conflict.paths.join(", ")}` };
  }
  const landing = landingOf(attempt);
  if (attempt.audit !== undefined && landing === undefined) {
    const paths = attempt.audit.held.map((held) => held.path).join(", ");
    return { kind: "failed", cause: "out-of-scope", detail: `held at the audit: ${paths}` };
  }
  if (landing === undefined) return undefined;
  const missing = attempt.audit?.missing ?? [];
  if (missing.length > 0)
    return {
      kind: "failed",
      cause: "declared-missing",
      detail: `declared and not there: ${missing.join(", ")}`,
    };
  const verify = verifyState(state, task, attempt);
  if (verify.kind === "red") return { kind: "failed", cause: "verify-red", detail: verify.detail };
  if (verify.kind === "unknown") return { kind: "failed", cause: "verify-unknown", detail: verify.detail };
  if (verify.kind === "not-reproduced")
    return { kind: "failed", cause: "not-reproduced", detail: verify.detail };
  if (attempt.advanced === undefined) return undefined;
  return { kind: "done", cause: "landed", detail: `landed as ${attempt.advanced.to.slice(0, 7)}` };
}

/** The newest attempt of a task, if any. */
export function lastAttempt(state: RunState, task: TaskId): AttemptState | undefined {
  const id = state.tasks.get(task)?.attempts.at(-1);
  return id === undefined ? undefined : state.attempts.get(id);
}
