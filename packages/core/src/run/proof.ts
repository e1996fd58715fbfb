import type { CommitId, GateId, TaskId, TreeId } from "../ids.ts";
import { isSessionRun, verdictOfRecord } from "./gate-record.ts";
import { landingOf, verifySpecs, verifyState } from "./landing.ts";
import { outcomeOf } from "./outcome.ts";
import type { AttemptState, RunState, TaskState } from "./state.ts";

/** Everything that must be true of a change before its task may be called done. */
export type Proof = {
  readonly attempt: AttemptState["id"];
  readonly exit: { readonly at: number };
  readonly audited: { readonly tree: TreeId; readonly held: number };
  readonly checks: readonly Check[];
  readonly landed: { readonly from: CommitId; readonly to: CommitId; readonly tree: TreeId };
};

/** A check that was green on a tree which holds the change. */
export type Check = {
  readonly gate: GateId;
  readonly tree: TreeId;
  readonly command: string;
  readonly exit: string;
};

/** The first proof that is missing, in the order in which they come about. */
export type MissingProof =
  | "attempt"
  | "exit"
  | "result"
  | "audit"
  | "verify"
  | "landing"
  | "reachable"
  | "outcome"
  | "blamed"
  | "gate";

/**
 * Derives that a writing task is done, or names what is missing.
 *
 * Done = the exit was observed, the tree was audited, a check was green on exactly that tree, and the
 * ref update made it reachable; a gate that blames the change takes it back until it is green again.
 */
export function proofOfDone(state: RunState, task: TaskState): Proof | MissingProof {
  const landed = task.attempts
    .map((id) => state.attempts.get(id))
    .findLast((each) => each?.advanced !== undefined);
  const attempt = landed ?? lastOf(state, task);
  if (attempt === undefined) return "attempt";
  if (attempt.report === undefined || attempt.exitedAt === undefined) return "exit";
  if (attempt.result === undefined) return "result";
  const landing = landingOf(attempt);
  if (landing === undefined || attempt.audit === undefined) return "audit";
  if (verifyState(state, task.task, attempt).kind !== "green") return "verify";
  const { advanced } = attempt;
  if (advanced === undefined || advanced.to !== landing.commit || advanced.tree !== landing.tree)
    return "landing";
  const place = placeInLine(state, attempt);
  if (place === undefined) return "reachable";
  const checks = [...ownChecks(state, task, attempt), ...gateChecks(state, place)];
  // Whoever landed it: what an agent left when it was stopped, lost or said to be unfinished is not done.
  if (outcomeOf(state, attempt)?.kind !== "done") return "outcome";
  if (isBlamed(state, attempt)) return "blamed";
  if (checks.length === 0) return "gate";
  return {
    attempt: attempt.id,
    exit: { at: attempt.exitedAt },
    audited: { tree: landing.tree, held: attempt.audit.held.length },
    checks,
    landed: { from: advanced.from, to: advanced.to, tree: advanced.tree },
  };
}

/** True while a gate names this attempt's merge as its cause and has not been green since. */
export function isBlamed(state: RunState, attempt: AttemptState): boolean {
  return state.blames.some((blame) => blame.attempt === attempt.id && !isCleared(state, blame));
}

/** A blame is cleared by a later green run of its gate on a commit that holds the blamed one. */
export function isCleared(state: RunState, blame: RunState["blames"][number]): boolean {
  const place = state.integration.line.findIndex((step) => step.commit === blame.commit);
  return state.gates.some(
    (record) =>
      record.position > blame.position &&
      record.run.gate === blame.gate &&
      record.run.purpose.kind !== "baseline" &&
      state.integration.line.findIndex((step) => step.commit === record.run.commit) >= place &&
      verdictOfRecord(state, record).kind === "green",
  );
}

function placeInLine(state: RunState, attempt: AttemptState): number | undefined {
  const place = state.integration.line.findIndex(
    (step) =>
      step.attempt === attempt.id &&
      step.commit === attempt.advanced?.to &&
      step.tree === attempt.advanced.tree,
  );
  return place === -1 ? undefined : place;
}

function ownChecks(state: RunState, task: TaskState, attempt: AttemptState): readonly Check[] {
  const landing = landingOf(attempt);
  return verifySpecs(state, task.task).flatMap((spec) => {
    const record = state.gates.findLast(
      (each) =>
        each.run.purpose.kind === "verify" &&
        each.run.purpose.attempt === attempt.id &&
        each.report.command === spec.command,
    );
    return record === undefined || record.report.tree !== landing?.tree ? [] : [checkOf(record.report)];
  });
}

/** Session gates that were green on a tree which holds the change. Lint alone exercises nothing. */
function gateChecks(state: RunState, place: number): readonly Check[] {
  return state.gates
    .filter(
      (record) =>
        record.run.gate !== "lint" && isSessionRun(record) && record.run.purpose.kind !== "baseline",
    )
    .filter((record) => {
      const index = state.integration.line.findIndex((step) => step.commit === record.run.commit);
      return index >= place && state.integration.line[index]?.tree === record.report.tree;
    })
    .filter((record) => verdictOfRecord(state, record).kind === "green")
    .map((record) => checkOf(record.report));
}

function checkOf(report: RunState["gates"][number]["report"]): Check {
  const exit = report.result.kind === "exited" ? `exit ${report.result.code}` : report.result.kind;
  return { gate: report.gate, tree: report.tree, command: report.command, exit };
}

function lastOf(state: RunState, task: TaskState): AttemptState | undefined {
  const id = task.attempts.at(-1);
  return id === undefined ? undefined : state.attempts.get(id);
}

/** The task that an id names, for callers that hold only the id. */
export function proofOfTask(state: RunState, id: TaskId): Proof | MissingProof {
  const task = state.tasks.get(id);
  return task === undefined ? "attempt" : proofOfDone(state, task);
}
