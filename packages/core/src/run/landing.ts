import type { CommitId, TreeId } from "../ids.ts";
import { gateId } from "../ids.ts";
import type { GateSpec } from "../plan/plan.ts";
import type { ScheduledTask } from "../plan/schedule.ts";
import { baselineOf, recordOf, verdictOf } from "./gate-record.ts";
import type { GateReport, GateVerdict } from "./gate-report.ts";
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
    const judged = verdictOf(record.report, beforeOf(state, task, spec));
    const verdict = spec.command === task.reproduce ? ownVerdict(state, { task, attempt, judged }) : judged;
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
  const { reproduce } = task;
  const spec = specOf(state, reproduce);
  const run = reproduceRun(attempt.id, spec, attempt.candidate.head);
  const record = recordOf(state, run);
  if (record === undefined) return { kind: "pending", run, spec };
  const verdict = verdictOf(record.report, beforeOf(state, task, spec));
  switch (verdict.kind) {
    case "red":
      return showsAsked(verdict.newFailures, askedOf(state, task))
        ? undefined
        : { kind: "not-reproduced", detail: `${reproduce} no longer shows what was to be repaired` };
    case "green":
      return { kind: "not-reproduced", detail: `${reproduce} already passed before the change` };
    case "unknown":
      return { kind: "unknown", detail: `${spec.command} before the change: ${verdict.reason}` };
  }
}

function reproduceRun(attempt: AttemptState["id"], spec: GateSpec, commit: CommitId): GateRun {
  return { purpose: { kind: "reproduce", attempt }, gate: spec.id, commit };
}

/**
 * Judges a repair by what it was asked for and by what it breaks itself. What others had broken before it
 * is theirs to repair; without names nothing can be told apart, and the check must pass.
 */
function ownVerdict(
  state: RunState,
  { task, attempt, judged }: { task: ScheduledTask; attempt: AttemptState; judged: GateVerdict },
): GateVerdict {
  const asked = askedOf(state, task);
  if (judged.kind !== "red" || asked.length === 0 || attempt.candidate === undefined) return judged;
  const spec = specOf(state, task.reproduce ?? "");
  const before = recordOf(state, reproduceRun(attempt.id, spec, attempt.candidate.head));
  const others = new Set((before?.report.failing ?? []).filter((name) => !asked.includes(name)));
  const own = judged.newFailures.filter((name) => !others.has(name));
  if (own.length > 0 || judged.newFailures.length === 0) return { kind: "red", newFailures: own };
  return { kind: "green", flaky: false, knownFailures: judged.newFailures };
}

/** The failures that a gate asked this repair to remove; none where it is no such repair or has no names. */
function askedOf(state: RunState, { source }: ScheduledTask): readonly string[] {
  if (source.kind !== "fix") return [];
  return state.blames
    .filter((blame) => blame.gate === source.gate && blame.commit === source.commit)
    .flatMap((blame) => blame.newFailures);
}

function showsAsked(failures: readonly string[], asked: readonly string[]): boolean {
  return failures.length === 0 || asked.length === 0 || failures.some((name) => asked.includes(name));
}

/**
 * What a check is compared with. A repair that the plan asks for may be of a failure that the base has, so
 * its reproduction is judged by itself; one that a gate asked for is of what is new.
 */
function beforeOf(state: RunState, task: ScheduledTask, spec: GateSpec): GateReport | undefined {
  const planned = task.reproduce === spec.command && task.source.kind !== "fix";
  return planned ? undefined : baselineOf(state, spec.command);
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? "no output"
  );
}
