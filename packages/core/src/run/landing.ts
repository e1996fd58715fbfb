import type { CommitId, TreeId } from "../ids.ts";
import { gateId } from "../ids.ts";
import type { GateSpec } from "../plan/plan.ts";
import type { ScheduledTask } from "../plan/schedule.ts";
import { baselineOf, recordOf, verdictOf } from "./gate-record.ts";
import type { GateRun } from "./gate-run.ts";
import type { AttemptState, RunState } from "./state.ts";

/** The commit of an attempt that may move the integration ref, and its tree. */
export type Landing = { readonly commit: CommitId; readonly tree: TreeId };

/**
 * What of an attempt may land: the audited candidate, or the part of it that the audit kept. Undefined
 * before the audit, when the audit held something without keeping a rest, and when the audit speaks of
 * another tree than the candidate's.
 */
export function landingOf(attempt: AttemptState): Landing | undefined {
  const { candidate, audit } = attempt;
  if (candidate === undefined || audit === undefined) return undefined;
  if (audit.commit !== candidate.commit || audit.tree !== candidate.tree) return undefined;
  if (audit.held.length === 0) return { commit: candidate.commit, tree: candidate.tree };
  return audit.kept;
}

/** The checks that a task's candidate must pass: its own, and for a repair the reproduction. */
export function verifySpecs(state: RunState, task: ScheduledTask): readonly GateSpec[] {
  const commands = [...task.verify, ...(task.reproduce === undefined ? [] : [task.reproduce])];
  return [...new Set(commands)].map((command) => specOf(state, command));
}

/** A command that is also a session gate is run as that gate, with its reporter and working directory. */
function specOf(state: RunState, command: string): GateSpec {
  const named = state.session?.schedule.gates.specs.find((spec) => spec.command === command);
  return named ?? { id: gateId("verify"), command };
}

export type VerifyState =
  | { readonly kind: "green" }
  | { readonly kind: "red"; readonly detail: string }
  | { readonly kind: "unknown"; readonly detail: string }
  | { readonly kind: "not-reproduced"; readonly detail: string }
  /** The next check to run. */
  | { readonly kind: "pending"; readonly run: GateRun; readonly spec: GateSpec };

/** Where the checks of an attempt's landing stand, in the order in which they are run. */
export function verifyState(state: RunState, task: ScheduledTask, attempt: AttemptState): VerifyState {
  const landing = landingOf(attempt);
  if (landing === undefined) return { kind: "unknown", detail: "nothing was audited" };
  const before = reproduceState(state, task, attempt);
  if (before !== undefined) return before;
  for (const [index, spec] of verifySpecs(state, task).entries()) {
    const run: GateRun = {
      purpose: { kind: "verify", attempt: attempt.id, index },
      gate: spec.id,
      commit: landing.commit,
    };
    const record = recordOf(state, run);
    if (record === undefined) return { kind: "pending", run, spec };
    if (record.report.tree !== landing.tree || record.report.command !== spec.command) {
      return {
        kind: "unknown",
        detail: `the check ran on tree ${record.report.tree.slice(0, 7)}, not on what would land`,
      };
    }
    const verdict = verdictOf(record.report, baselineOf(state, spec.command));
    if (verdict.kind === "red") {
      return {
        kind: "red",
        detail: `${spec.command}: ${verdict.newFailures.join(", ") || firstLine(record.report.tail)}`,
      };
    }
    if (verdict.kind === "unknown") return { kind: "unknown", detail: `${spec.command}: ${verdict.reason}` };
  }
  return { kind: "green" };
}

/** A repair must repair something: its reproduction has to be red on the tree before it. */
function reproduceState(
  state: RunState,
  task: ScheduledTask,
  attempt: AttemptState,
): VerifyState | undefined {
  if (task.reproduce === undefined || attempt.candidate === undefined) return undefined;
  const spec = specOf(state, task.reproduce);
  const run: GateRun = {
    purpose: { kind: "reproduce", attempt: attempt.id },
    gate: spec.id,
    commit: attempt.candidate.head,
  };
  const record = recordOf(state, run);
  if (record === undefined) return { kind: "pending", run, spec };
  const verdict = verdictOf(record.report, baselineOf(state, spec.command));
  if (verdict.kind !== "green") return undefined;
  return { kind: "not-reproduced", detail: `${task.reproduce} already passed before the change` };
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? "no output"
  );
}
