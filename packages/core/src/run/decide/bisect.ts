import type { CommitId, GateId } from "../../ids.ts";
import { verdictOfRecord } from "../gate-record.ts";
import type { GateRun } from "../gate-run.ts";
import { gateRunKey } from "../gate-run.ts";
import type { GateVerdict } from "../gate-report.ts";
import type { RunState } from "../state.ts";
import type { JudgedGate } from "./gates.ts";
import { commandIdOf, order, record, type Wish } from "./wish.ts";

/** A step of the search for the merge that turned a gate red; `hopeless` where it cannot be named. */
export type BisectStep = { readonly kind: "step"; readonly wish: Wish } | { readonly kind: "hopeless" };

/**
 * Searches the merged line between the last commit on which the gate was green and the red head, halving
 * the rest each time. The base counts as green: what was red there is known by name or was accepted.
 */
export function decideBisect(state: RunState, judged: JudgedGate): BisectStep {
  const { spec, round, commit } = judged;
  const { line } = state.integration;
  const high = firstRed(state, spec.id);
  const low = lastGreenBefore(state, spec.id, high);
  const culprit = line[high];
  if (culprit === undefined) return { kind: "hopeless" };
  if (high - low > 1) {
    const middle = line[Math.floor((low + high) / 2)];
    if (middle === undefined) return { kind: "hopeless" };
    return step(state, { gate: spec.id, commit: middle.commit, wave: round.wave }, judged);
  }
  const verdict = verdictOn(state, spec.id, culprit.commit) ?? verdictOn(state, spec.id, commit);
  const newFailures = verdict?.kind === "red" ? verdict.newFailures : [];
  return {
    kind: "step",
    wish: record({
      type: "gate.blamed",
      gate: spec.id,
      attempt: culprit.attempt,
      commit: culprit.commit,
      newFailures,
    }),
  };
}

function step(
  state: RunState,
  { gate, commit, wave }: { readonly gate: GateId; readonly commit: CommitId; readonly wave: number },
  { spec }: JudgedGate,
): BisectStep {
  if (verdictOn(state, gate, commit)?.kind === "unknown") return { kind: "hopeless" };
  const run: GateRun = { purpose: { kind: "bisect", wave }, gate, commit };
  const id = commandIdOf("run-gate", gateRunKey(run));
  return { kind: "step", wish: order({ type: "run-gate", id, run, spec, lookUp: true }) };
}

/** The newest verdict of a gate on a commit, whatever the run was for. */
function verdictOn(state: RunState, gate: GateId, commit: CommitId): GateVerdict | undefined {
  const found = state.gates.findLast((each) => each.run.gate === gate && each.run.commit === commit);
  return found === undefined ? undefined : verdictOfRecord(state, found);
}

/** The earliest step of the red stretch that ends at the head. */
function firstRed(state: RunState, gate: GateId): number {
  const { line } = state.integration;
  const green = line.findLastIndex((each) => verdictOn(state, gate, each.commit)?.kind === "green");
  const red = line.findIndex(
    (each, index) => index > green && verdictOn(state, gate, each.commit)?.kind === "red",
  );
  return red === -1 ? line.length - 1 : red;
}

function lastGreenBefore(state: RunState, gate: GateId, high: number): number {
  return state.integration.line.findLastIndex(
    (each, index) => index < high && verdictOn(state, gate, each.commit)?.kind === "green",
  );
}
