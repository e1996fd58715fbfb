import { lastAttempt, outcomeOf } from "./outcome.ts";
import { proofOfDone, type MissingProof, type Proof } from "./proof.ts";
import type { RunState, TaskState } from "./state.ts";

/** What became of a planned task; exactly one when the session has settled. */
export type Disposition =
  | { readonly kind: "done"; readonly evidence: Proof | "findings" }
  | { readonly kind: "no-op"; readonly reason: string }
  | { readonly kind: "carried"; readonly reason: string }
  | { readonly kind: "dropped"; readonly reason: string };

/** Derives a task's disposition; undefined while it is open. Nothing but evidence makes it done. */
export function dispositionOf(state: RunState, task: TaskState): Disposition | undefined {
  if (task.dropped !== undefined) return { kind: "dropped", reason: task.dropped.reason };
  const proven = provenDisposition(state, task);
  if (proven !== undefined) return proven;
  return task.carried === undefined ? undefined : { kind: "carried", reason: task.carried };
}

function provenDisposition(state: RunState, task: TaskState): Disposition | undefined {
  const attempt = lastAttempt(state, task.task.id);
  const outcome = attempt === undefined ? undefined : outcomeOf(state, attempt);
  if (outcome?.kind === "no-op") return { kind: "no-op", reason: outcome.detail };
  if (task.task.scope.kind === "read-only") {
    return outcome?.kind === "done" ? { kind: "done", evidence: "findings" } : undefined;
  }
  const proof = proofOfDone(state, task);
  return typeof proof === "string" ? undefined : { kind: "done", evidence: proof };
}

/** Why an open task cannot be called done, as a sentence for the carryover. */
export function explainOpen(state: RunState, task: TaskState): string {
  const attempt = lastAttempt(state, task.task.id);
  if (attempt === undefined) return "never started";
  const outcome = outcomeOf(state, attempt);
  if (outcome !== undefined && outcome.kind !== "done") return `${outcome.kind}: ${outcome.detail}`;
  const proof = proofOfDone(state, task);
  return typeof proof === "string" ? MISSING[proof] : "finished";
}

const MISSING: Readonly<Record<MissingProof, string>> = {
  attempt: "never started",
  exit: "its agent's exit was not observed",
  result: "its result was not recorded",
  audit: "its change was not audited",
  verify: "its checks are not green on the tree that would land",
  landing: "its change did not land",
  reachable: "its commit is not on the integration line",
  outcome: "its attempt did not end well",
  gate: "unverified: no check and no gate exercised its change",
  blamed: "a gate is red because of it",
};
