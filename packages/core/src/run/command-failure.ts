import { treeId } from "../ids.ts";
import type { Failure } from "../failure.ts";
import type { Command } from "./command.ts";
import type { Fact } from "./fact.ts";

/**
 * The fact that settles a command which could not be performed, or whose performer broke. It says the
 * worst that is true, so that the rules treat it like any other failure of its kind.
 */
export function factOfFailure(command: Command, failure: Failure): Fact {
  switch (command.type) {
    case "prepare-workspace":
      return { type: "workspace.failed", attempt: command.attempt, failure };
    case "start-agent":
      return { type: "attempt.not-started", attempt: command.attempt, failure };
    case "nudge-agent":
      return { type: "attempt.nudged", attempt: command.attempt, delivered: false };
    case "snapshot-result":
    case "check-findings":
      return { type: "result.failed", attempt: command.attempt, failure };
    case "merge-result":
    case "audit-result":
    case "advance-integration":
      return { type: "candidate.failed", attempt: command.attempt, failure };
    case "run-gate":
      return { type: "gate.finished", run: command.run, report: brokenReport(command, failure) };
    case "check-review":
      return { type: "review.failed", review: command.review, wave: command.wave, failure };
    case "advance-branch":
      return { type: "close.refused", failure };
    // The question stands in the journal, where every face reads it, even if nobody could be told.
    case "ask-person":
      return { type: "decision.asked", decision: command.decision, question: command.question };
    case "stop-agent":
    case "file-carryover":
    case "settle-issue":
    case "discard-workspace":
      return { type: "command.failed", command: command.id, failure };
  }
}

function brokenReport(
  { spec }: Extract<Command, { readonly type: "run-gate" }>,
  failure: Failure,
): Extract<Fact, { readonly type: "gate.finished" }>["report"] {
  return {
    gate: spec.id,
    tree: treeId(""),
    command: spec.command,
    environment: "",
    result: { kind: "could-not-run", reason: `${failure.code}: ${failure.message}` },
    evidence: "exit-code",
    counts: {},
    flaky: false,
    lookedUp: false,
    durationMs: 0,
    tail: "",
  };
}
