import { ok, type Fact } from "@breakwater/core";
import { advanceIntegration, auditCandidate, buildCandidate } from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import type { CommandOf, Step } from "./step.ts";

/** Builds the candidate of a result on the head. */
export async function mergeResult(machine: LocalMachine, command: CommandOf<"merge-result">): Step<Fact> {
  const { attempt, task, title, base, result, head } = command;
  const { context } = machine.repository;
  const built = await buildCandidate({ context, head, base, result, task, attempt, title });
  if (!built.ok) return built;
  const { value } = built;
  if (value.kind === "conflicted")
    return ok({ type: "candidate.conflicted", attempt, head, paths: value.paths });
  return ok({ type: "candidate.built", attempt, head, commit: value.commit, tree: value.tree });
}

/** Judges every path of a candidate. */
export async function auditMerged(machine: LocalMachine, command: CommandOf<"audit-result">): Step<Fact> {
  const { attempt, head, candidate, scope, keepRest, declared = [] } = command;
  const { repository, session } = machine;
  const { context } = repository;
  const audited = await auditCandidate({
    context,
    session,
    attempt,
    head,
    candidate,
    scope,
    keepRest,
    declared,
  });
  return audited.ok ? ok({ type: "candidate.audited", attempt, ...audited.value }) : audited;
}

/** Moves the integration ref by compare-and-swap. */
export async function advanceRef(
  machine: LocalMachine,
  command: CommandOf<"advance-integration">,
): Step<Fact> {
  const { attempt, from, to, tree } = command;
  const { repository, session } = machine;
  const moved = await advanceIntegration({ context: repository.context, session }, { from, to });
  if (!moved.ok) return moved;
  if (moved.value.moved) return ok({ type: "integration.advanced", attempt, from, to, tree });
  return ok({ type: "integration.refused", attempt, expected: from, found: moved.value.found ?? "nothing" });
}
