import type { CommitId, GateId } from "../../ids.ts";
import type { GateSpec } from "../../plan/plan.ts";
import { ABORT, REVISE } from "../../policy/course.ts";
import { isWaived, recordOf, verdictOfRecord } from "../gate-record.ts";
import type { GatePurpose, GateRun } from "../gate-run.ts";
import { gateRunKey } from "../gate-run.ts";
import type { GateVerdict } from "../gate-report.ts";
import { isCleared } from "../proof.ts";
import type { Question } from "../question.ts";
import type { Blame, GateRecord, RunState } from "../state.ts";
import { decideLateBaseline } from "./baseline.ts";
import { decideBisect, mayShareCause } from "./bisect.ts";
import { askPerson, decisionAbout } from "./decision.ts";
import { decideRepair } from "./repair.ts";
import { commandIdOf, order, type Wish } from "./wish.ts";

/** A set of checks that judges the merged line as a whole. */
export type GateRound = {
  readonly specs: readonly GateSpec[];
  readonly purpose: GatePurpose;
  readonly wave: number;
  /** False for rounds that must really run, whatever was seen before. */
  readonly lookUp: boolean;
};

/** Either what is to be done next, or that every gate of the round has been dealt with. */
export type GateProgress = { readonly kind: "settled" } | { readonly kind: "next"; readonly wish: Wish };

/**
 * Runs the gates of a round on the head, one after the other. A red one is bisected and its culprit gets a
 * repair task; what no rule can repair becomes a question.
 */
export function decideGates(state: RunState, round: GateRound): GateProgress {
  const commit = state.integration.head;
  for (const spec of round.specs) {
    const run: GateRun = { purpose: round.purpose, gate: spec.id, commit };
    const record = recordOf(state, run);
    if (record === undefined) {
      const id = commandIdOf("run-gate", gateRunKey(run));
      return next(order({ type: "run-gate", id, run, spec, lookUp: round.lookUp }));
    }
    const progress = decideJudged(state, { spec, record, round, commit });
    if (progress.kind === "next") return progress;
  }
  return { kind: "settled" };
}

/** A gate that was run: what to search and whom to blame when it is red. */
export type JudgedGate = {
  readonly spec: GateSpec;
  readonly record: GateRecord;
  readonly round: GateRound;
  readonly commit: CommitId;
};

function decideJudged(state: RunState, judged: JudgedGate): GateProgress {
  const { spec, record, commit } = judged;
  const verdict = verdictOfRecord(state, record);
  if (verdict.kind === "green" || isWaived(state, spec.id, commit)) return { kind: "settled" };
  const late = decideLateBaseline(state, spec);
  if (late !== undefined) return next(late);
  const stuck = decisionAbout(state, { kind: "gate-stuck", gate: spec.id, commit });
  if (stuck !== undefined) return stuck.answer === undefined ? waiting : { kind: "settled" };
  if (verdict.kind === "unknown") return next(askStuck(state, judged, verdict));
  const blame = openBlame(state, spec.id, verdict.newFailures);
  if (blame === undefined) return decideSearch(state, judged, verdict);
  const repair = decideRepair(state, { blame, spec, report: record.report });
  if (repair.kind === "exhausted") return next(askStuck(state, judged, verdict));
  return repair.kind === "planned" ? { kind: "settled" } : next(repair.wish);
}

function decideSearch(state: RunState, judged: JudgedGate, verdict: GateVerdict): GateProgress {
  const search = decideBisect(state, judged);
  return next(search.kind === "hopeless" ? askStuck(state, judged, verdict) : search.wish);
}

const waiting: GateProgress = { kind: "next", wish: { record: [], commands: [], timers: [] } };

function next(wish: Wish): GateProgress {
  return { kind: "next", wish };
}

function openBlame(state: RunState, gate: GateId, failures: readonly string[]): Blame | undefined {
  return state.blames.findLast(
    (blame) => blame.gate === gate && !isCleared(state, blame) && mayShareCause(blame.newFailures, failures),
  );
}

function askStuck(state: RunState, { spec, record, commit }: JudgedGate, verdict: GateVerdict): Wish {
  return askPerson(state, stuckQuestion(spec, { commit, why: whyStuck(record, verdict) }));
}

function whyStuck(record: GateRecord, verdict: GateVerdict): string {
  switch (verdict.kind) {
    case "green":
      return "green";
    case "unknown":
      return `unknown: ${verdict.reason}`;
    case "red":
      return `red: ${verdict.newFailures.slice(0, 5).join(", ") || record.report.result.kind}`;
  }
}

function stuckQuestion(
  spec: GateSpec,
  { commit, why }: { readonly commit: CommitId; readonly why: string },
): Question {
  return {
    subject: { kind: "gate-stuck", gate: spec.id, commit },
    text: `Gate "${spec.id}" is ${why}, and no rule can repair it. What now?`,
    options: [
      { id: "proceed", label: "go on", consequence: "what the gate blames stays undone and is carried over" },
      { id: "accept", label: "accept it", consequence: `"${spec.id}" does not block this commit` },
      REVISE,
      ABORT,
    ],
    fallback: "proceed",
  };
}
