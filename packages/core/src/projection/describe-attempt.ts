import { counted } from "../count-text.ts";
import { numberOfAttempt, taskOfAttempt, type AttemptId } from "../ids.ts";
import type { AttemptReport } from "../run/attempt-report.ts";
import type { AttemptFact } from "../run/fact.ts";
import type { RunState } from "../run/state.ts";
import type { LandingFact } from "./fact-family.ts";
import { layerOf } from "./wall-log.ts";

/** The line of a fact about one attempt's life; undefined where it is not worth a line. */
export function describeAttemptFact(fact: AttemptFact, state: RunState): string | undefined {
  return named(fact.attempt, lifeText(fact, state));
}

/** The line of a fact about an attempt's result and its landing; undefined where it is not worth a line. */
export function describeLandingFact(fact: LandingFact): string | undefined {
  return named(fact.attempt, resultText(fact));
}

function named(attempt: AttemptId, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${nameOf(attempt)} ${text}`;
}

/** `T2`, or `T2 attempt 2` from the second attempt on. */
function nameOf(attempt: AttemptId): string {
  const number = numberOfAttempt(attempt);
  return number === 1 ? taskOfAttempt(attempt) : `${taskOfAttempt(attempt)} attempt ${number}`;
}

function lifeText(fact: AttemptFact, state: RunState): string | undefined {
  switch (fact.type) {
    case "attempt.started":
      return startText(fact.attempt, state);
    case "workspace.failed":
    case "attempt.not-started":
      return `could not start: ${fact.failure.code} ${fact.failure.message}`;
    case "attempt.held":
      return "does not start: the session rests";
    case "attempt.adopted":
      return "was still running and is followed again";
    case "steer.requested":
      return `gets a message from ${fact.by}: ${fact.text}`;
    case "attempt.overlapped":
      return `works on files that ${fact.landed} has just landed: ${fact.paths.join(", ")}${fact.conflicts.length === 0 ? "" : `; would conflict in ${fact.conflicts.join(", ")}`}`;
    case "attempt.nudged":
      return fact.delivered ? undefined : "could not take a message";
    case "attempt.stagnated":
      return stagnationText(fact);
    case "attempt.stopping":
      return `is told to stop: ${fact.reason}`;
    case "attempt.exited":
      return exitText(fact.report);
    case "scope.denied": {
      const { tool, path, rule, allowed, forPerson } = fact;
      const what = path === "" ? tool : `${tool} ${path}`;
      const why = forPerson === undefined ? "" : `: ${forPerson}`;
      const verb = path === "" ? VERBS.call : VERBS.path;
      return `${allowed ? verb.through : verb.denied}: ${what} (${layerOf(fact)}, ${rule})${why}`;
    }
    case "attempt.opened":
    case "attempt.progressed":
    case "workspace.prepared":
    case "workspace.discarded":
      return undefined;
  }
}

/** A suspicion is recorded and no news. */
function stagnationText({
  detection,
  response,
}: Extract<AttemptFact, { type: "attempt.stagnated" }>): string | undefined {
  if (detection.level === "suspicion") return undefined;
  const done = {
    recorded: "nothing is done about it",
    nudged: "the agent was told",
    "not-told": "the agent takes no messages and was not told",
    stopped: "the attempt is ended",
  }[response];
  return `repeats itself, ${detection.pattern}: ${detection.evidence}; ${done}`;
}

/** What is said of a refused path, and of a call that is about none. */
const VERBS = {
  path: { denied: "scope denied", through: "wrote out of scope, let through and recorded" },
  call: { denied: "call denied", through: "did what the door minds, let through and recorded" },
} as const;

function startText(id: AttemptId, state: RunState): string {
  const attempt = state.attempts.get(id);
  const task = state.tasks.get(taskOfAttempt(id))?.task;
  if (attempt?.reviewing !== undefined)
    return `start  reviewer ${state.session?.schedule.reviewer ?? ""}  read-only`;
  if (task === undefined) return "start";
  const scope =
    task.scope.kind === "read-only"
      ? "read-only"
      : `scope ${(attempt?.correction?.globs ?? task.scope.globs).join(" ")}`;
  const why = attempt?.correction === undefined ? "" : `  because ${attempt.correction.rule}`;
  return `start  ${task.role}  ${task.agent}  ${scope}  turns ${task.limits.turns}${why}`;
}

function resultText(fact: LandingFact): string | undefined {
  switch (fact.type) {
    case "result.snapshotted":
      return fact.changed === 0
        ? `result kept, nothing changed`
        : `result kept as ${fact.commit.slice(0, 7)}, ${counted(fact.changed, "file")} changed`;
    case "result.failed":
      return `result could not be kept: ${fact.failure.code} ${fact.failure.message}`;
    case "findings.checked":
      return `findings checked: ${fact.accepted.length} hold, ${fact.rejected.length} do not`;
    case "candidate.conflicted":
      return `conflicts with what landed before it: ${fact.paths.join(", ")}`;
    case "candidate.failed":
      return `could not be merged: ${fact.failure.code} ${fact.failure.message}`;
    case "candidate.audited":
      return fact.held.length === 0
        ? undefined
        : `audit held ${fact.held.map((each) => `${each.path} (${each.rule})`).join(", ")}${fact.kept === undefined ? "; nothing of it lands" : "; the rest may land"}`;
    case "integration.advanced":
      return `landed as ${fact.to.slice(0, 7)}`;
    case "integration.refused":
      return `did not land: the integration ref is at ${fact.found.slice(0, 7)}, not at ${fact.expected.slice(0, 7)}`;
    case "candidate.built":
      return undefined;
  }
}

/** How an attempt ended as its host saw it, with what the runtime reported of its use. */
function exitText({ ending, usage, claim }: AttemptReport): string {
  const cost = usage.usd === undefined ? "cost unknown" : `$${usage.usd.toFixed(2)}`;
  return `${endingText(ending)}  ${counted(usage.turns, "turn")}  ${cost}${ending.kind === "completed" ? `  says ${claim.kind}` : ""}`;
}

/** One ending in words. */
function endingText(ending: AttemptReport["ending"]): string {
  switch (ending.kind) {
    case "completed":
      return "ended";
    case "failed":
      return `failed: ${ending.reason}`;
    case "limit":
      return `ended at its limit of ${ending.limit}`;
    case "stopped":
      return `stopped: ${ending.reason}`;
    case "stuck":
      return `stopped in a loop, ${ending.pattern}: ${ending.evidence}`;
    case "error":
      return `cut off, ${ending.class}: ${ending.message}`;
    case "gate-missing":
      return `ended, its client did not honour the write gate: ${ending.message}`;
    case "lost":
      return `lost: ${ending.reason}`;
  }
}
