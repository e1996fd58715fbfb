import type { CommitId, GateId } from "../../ids.ts";
import { verdictOfRecord } from "../gate-record.ts";
import type { GateRun } from "../gate-run.ts";
import { gateRunKey } from "../gate-run.ts";
import type { GateVerdict } from "../gate-report.ts";
import type { RunState } from "../state.ts";
import type { JudgedGate } from "./gates.ts";
import { commandIdOf, order, record, type Wish } from "./wish.ts";

/**
 * True where two reds may have the same cause: they share a failure, or one of them names none. A second
 * failure of a red gate is another merge's doing and is searched for by its own name.
 */
export function mayShareCause(one: readonly string[], other: readonly string[]): boolean {
  return one.length === 0 || other.length === 0 || one.some((name) => other.includes(name));
}

/** A step of the search for the merge that turned a gate red; `hopeless` where it cannot be named. */
export type BisectStep = { readonly kind: "step"; readonly wish: Wish } | { readonly kind: "hopeless" };

/**
 * Searches the merged line between the last commit on which the gate was green and the red head, halving
 * the rest each time. The base counts as green: what was red there is known by name or was accepted.
 */
export function decideBisect(state: RunState, judged: JudgedGate): BisectStep {
  const { spec, round } = judged;
  const { line } = state.integration;
  const head = verdictOfRecord(state, judged.record);
  const sought: Sought = { gate: spec.id, names: head.kind === "red" ? head.newFailures : [] };
  const high = firstRed(state, sought);
  const low = lastGreenBefore(state, sought, high);
  const culprit = line[high];
  if (culprit === undefined) return { kind: "hopeless" };
  if (high - low > 1) {
    const middle = line[Math.floor((low + high) / 2)];
    if (middle === undefined) return { kind: "hopeless" };
    return step(state, { gate: spec.id, commit: middle.commit, wave: round.wave }, judged);
  }
  const verdict = verdictOn(state, spec.id, culprit.commit);
  const own = verdict?.kind === "red" ? verdict.newFailures : [];
  const both = own.filter((name) => sought.names.includes(name));
  const newFailures = both.length > 0 ? both : sought.names;
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

/** The failures that are searched for: those of the red head, none where they have no names. */
type Sought = { readonly gate: GateId; readonly names: readonly string[] };

/** Whether a commit shows what is searched for; undefined where no run tells. */
function shows(state: RunState, { gate, names }: Sought, commit: CommitId): boolean | undefined {
  const verdict = verdictOn(state, gate, commit);
  if (verdict === undefined || verdict.kind === "unknown") return undefined;
  return verdict.kind === "red" && mayShareCause(verdict.newFailures, names);
}

/** The earliest step of the red stretch that ends at the head. */
function firstRed(state: RunState, sought: Sought): number {
  const { line } = state.integration;
  const green = line.findLastIndex((each) => shows(state, sought, each.commit) === false);
  const red = line.findIndex((each, index) => index > green && shows(state, sought, each.commit) === true);
  return red === -1 ? line.length - 1 : red;
}

function lastGreenBefore(state: RunState, sought: Sought, high: number): number {
  return state.integration.line.findLastIndex(
    (each, index) => index < high && shows(state, sought, each.commit) === false,
  );
}
