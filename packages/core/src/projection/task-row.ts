import type { AttemptId, TaskId } from "../ids.ts";
import type { Role } from "../plan/plan.ts";
import { GLYPHS, OUTCOME_TABLE } from "../policy/outcome-table.ts";
import type { Command } from "../run/command.ts";
import { dispositionOf, explainOpen, type Disposition } from "../run/disposition.ts";
import { lastAttempt, outcomeOf, type AttemptOutcome } from "../run/outcome.ts";
import { isBlamed } from "../run/proof.ts";
import { standingOf } from "../run/standing.ts";
import type { AttemptState, DecisionState, RunState, TaskState } from "../run/state.ts";

/** One of the nine states that every face shows. */
export type StateWord = keyof typeof GLYPHS;

/**
 * What is known of one task now, for a row of a table. Text is as recorded, not made harmless: whoever
 * shows it does that. Absent numbers are unknown or do not apply yet; times are milliseconds.
 */
export type TaskRow = {
  readonly id: TaskId;
  readonly title: string;
  readonly wave: number;
  readonly role: Role;
  readonly agent: string;
  readonly state: StateWord;
  /** The newest attempt's number; 0 before the first. */
  readonly attempt: number;
  readonly turns?: number;
  readonly turnLimit: number;
  readonly toolCalls?: number;
  readonly usd?: number;
  /** Writes refused at the door in all attempts, and paths held at the audit. */
  readonly denied: number;
  readonly held: number;
  /** Files that the newest result changed. */
  readonly changed?: number;
  /** What it does, or what it waits for; a sentence fragment. */
  readonly doing: string;
  /** Since the newest attempt started; stands still when it has ended. */
  readonly elapsedMs?: number;
  /** Since the newest attempt was last heard of, while it runs. */
  readonly quietMs?: number;
  readonly scope: readonly string[];
  readonly commit?: string;
  readonly outcome?: AttemptOutcome;
  readonly disposition?: Disposition;
};

/** Derives the row of a task at `now`. */
export function taskRow(state: RunState, task: TaskState, now: number): TaskRow {
  const attempt = lastAttempt(state, task.task.id);
  const outcome = attempt === undefined ? undefined : outcomeOf(state, attempt);
  const disposition = dispositionOf(state, task);
  const seen = { attempt, outcome, disposition };
  const { scope } = task.task;
  return {
    id: task.task.id,
    title: task.task.title,
    wave: task.wave,
    role: task.task.role,
    agent: task.task.agent,
    state: wordOf(state, task, seen),
    attempt: task.attempts.length,
    turnLimit: task.task.limits.turns,
    ...walls(state, task),
    doing: doingOf(state, task, seen),
    scope: scope.kind === "write" ? scope.globs : [],
    ...(attempt === undefined ? {} : attemptFigures(attempt, now)),
    ...(outcome === undefined ? {} : { outcome }),
    ...(disposition === undefined ? {} : { disposition }),
  };
}

type Seen = {
  readonly attempt: AttemptState | undefined;
  readonly outcome: AttemptOutcome | undefined;
  readonly disposition: Disposition | undefined;
};

function attemptFigures(attempt: AttemptState, now: number): Partial<TaskRow> {
  const { usage, started, exitedAt } = attempt;
  const heard = attempt.lastProgressAt ?? started?.at;
  return {
    ...(usage === undefined ? {} : { turns: usage.turns, toolCalls: usage.toolCalls }),
    ...(usage?.usd === undefined ? {} : { usd: usage.usd }),
    ...(attempt.result === undefined ? {} : { changed: attempt.result.changed }),
    ...(started === undefined ? {} : { elapsedMs: Math.max(0, (exitedAt ?? now) - started.at) }),
    ...(heard === undefined || exitedAt !== undefined ? {} : { quietMs: Math.max(0, now - heard) }),
    ...(attempt.advanced === undefined ? {} : { commit: attempt.advanced.to }),
  };
}

function walls(state: RunState, task: TaskState): { readonly denied: number; readonly held: number } {
  const attempts = task.attempts.flatMap((id) => state.attempts.get(id) ?? []);
  return {
    denied: attempts.reduce((sum, each) => sum + each.denials.filter((denial) => !denial.allowed).length, 0),
    held: attempts.reduce((sum, each) => sum + (each.audit?.held.length ?? 0), 0),
  };
}

function wordOf(state: RunState, task: TaskState, { attempt, outcome, disposition }: Seen): StateWord {
  if (disposition !== undefined) return concludedWord(disposition, outcome);
  if (openDecisionOf(state, task) !== undefined) return "needsYou";
  if (attempt === undefined) return isOver(state, task) ? "skipped" : "queued";
  if (outcome === undefined) return attempt.report === undefined ? "working" : "gating";
  if (outcome.kind === "done" || outcome.kind === "no-op")
    return isBlamed(state, attempt) ? "failed" : "gating";
  const standing = standingOf(state, task);
  return standing.kind === "ready" || standing.kind === "waiting" ? "queued" : outcomeWord(outcome);
}

function concludedWord(disposition: Disposition, outcome: AttemptOutcome | undefined): StateWord {
  switch (disposition.kind) {
    case "done":
    case "no-op":
      return "done";
    case "dropped":
      return "skipped";
    case "carried":
      if (outcome === undefined) return "skipped";
      return outcome.kind === "done" || outcome.kind === "no-op" ? "failed" : outcomeWord(outcome);
  }
}

function outcomeWord({ kind }: AttemptOutcome): StateWord {
  const { glyph } = OUTCOME_TABLE[kind];
  return STATE_WORDS.find((word) => GLYPHS[word].glyph === glyph.glyph) ?? "failed";
}

/** All state words in the order of the legend. */
export const STATE_WORDS: readonly StateWord[] = [
  "queued",
  "working",
  "needsYou",
  "gating",
  "done",
  "failed",
  "stopped",
  "tripped",
  "skipped",
];

function isOver(state: RunState, task: TaskState): boolean {
  const wave = state.waves.find((each) => each.wave.number === task.wave);
  return wave?.status === "skipped" || state.session?.refused !== undefined;
}

/** The open question that is about a task, if there is one. */
export function openDecisionOf(state: RunState, task: TaskState): DecisionState | undefined {
  return [...state.decisions.values()].find(({ question, answer }) => {
    if (answer !== undefined) return false;
    const { subject } = question;
    return "task" in subject && subject.task === task.task.id;
  });
}

function doingOf(state: RunState, task: TaskState, { attempt, outcome, disposition }: Seen): string {
  if (disposition !== undefined) return dispositionText(disposition, outcome);
  const decision = openDecisionOf(state, task);
  if (decision !== undefined) return `waits for you: ${decision.question.text}`;
  if (attempt === undefined || outcome !== undefined) return waitingText(state, task, outcome);
  if (attempt.stopping !== undefined && attempt.report === undefined) return `stopping: ${attempt.stopping}`;
  const order = commandOf(state, attempt.id);
  if (attempt.report !== undefined) return order ?? "waits for its turn to land";
  if (attempt.started === undefined) return order ?? "waits for its workspace";
  return attempt.doing ?? "started";
}

function dispositionText(disposition: Disposition, outcome: AttemptOutcome | undefined): string {
  switch (disposition.kind) {
    case "done":
      return outcome?.detail ?? "done";
    case "no-op":
      return disposition.reason;
    case "carried":
      return `carried: ${disposition.reason}${lastFailure(outcome)}`;
    case "dropped":
      return `dropped: ${disposition.reason}`;
  }
}

/** Why its last attempt came to nothing, where it did. */
function lastFailure(outcome: AttemptOutcome | undefined): string {
  if (outcome === undefined || outcome.kind === "done" || outcome.kind === "no-op") return "";
  return `; ${outcome.kind}: ${outcome.detail}`;
}

function waitingText(state: RunState, task: TaskState, outcome: AttemptOutcome | undefined): string {
  if (outcome?.kind === "done") return explainOpen(state, task);
  const standing = standingOf(state, task);
  switch (standing.kind) {
    case "waiting":
      return `after ${standing.for.join(", ")}`;
    case "blocked":
      return `blocked: ${standing.by} will not be done`;
    case "ready":
      return outcome === undefined ? "next" : `again, after ${outcome.kind}: ${outcome.detail}`;
    case "failed":
      return `${standing.outcome.kind}: ${standing.outcome.detail}`;
    case "active":
    case "resolved":
      return outcome?.detail ?? "";
  }
}

/** What the shell was told to do for an attempt and has not answered yet. */
function commandOf(state: RunState, attempt: AttemptId): string | undefined {
  const order = [...state.open.values()].findLast((each) => concerns(each, attempt));
  return order === undefined ? undefined : orderText(order);
}

function concerns(order: Command, attempt: AttemptId): boolean {
  if (order.type === "run-gate")
    return "attempt" in order.run.purpose && order.run.purpose.attempt === attempt;
  return "attempt" in order && order.attempt === attempt;
}

function orderText(order: Command): string | undefined {
  switch (order.type) {
    case "prepare-workspace":
      return "its workspace is being made";
    case "start-agent":
      return "starting";
    case "stop-agent":
      return `stopping: ${order.reason}`;
    case "snapshot-result":
      return "its result is being kept";
    case "check-findings":
      return "its findings are being checked";
    case "merge-result":
      return "merging";
    case "audit-result":
      return "audit of its change";
    case "advance-integration":
      return "landing";
    case "run-gate":
      return `check ${order.spec.command}`;
    case "nudge-agent":
    case "check-review":
    case "ask-person":
    case "file-carryover":
    case "discard-workspace":
    case "advance-branch":
    case "settle-issue":
      return undefined;
  }
}
