import { declaredFiles } from "../../policy/declared-file.ts";
import { landingOf, verifyState } from "../landing.ts";
import { membersOf } from "../group.ts";
import { lastAttempt, outcomeOf } from "../outcome.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "../state.ts";
import type { PlanFact } from "../fact.ts";
import { commandIdOf, nothing, order, record, type Wish } from "./wish.ts";

/**
 * Lands results one at a time in plan order inside a group: candidate, audit, checks, then the
 * compare-and-swap of the integration ref. A result waits for every earlier task that may still land.
 */
export function decideMerge(state: RunState, wave: WaveState): Wish {
  const first = membersOf(state, wave.wave.number)[0];
  if (first === undefined || first.kind !== "active") return nothing;
  const attempt = lastAttempt(state, first.task.task.id);
  if (attempt?.result === undefined || attempt.result.changed === 0) return nothing;
  return outcomeOf(state, attempt) === undefined ? nextStep(state, first.task, { attempt, wave }) : nothing;
}

function nextStep(
  state: RunState,
  task: TaskState,
  { attempt, wave }: { readonly attempt: AttemptState; readonly wave: WaveState },
): Wish {
  const { result, candidate } = attempt;
  const { head } = state.integration;
  if (result === undefined) return nothing;
  if (candidate === undefined || candidate.head !== head) {
    const id = commandIdOf("merge-result", attempt.id, head.slice(0, 12));
    const { title } = task.task;
    const { base } = attempt;
    return order({
      type: "merge-result",
      id,
      attempt: attempt.id,
      task: task.task.id,
      title,
      base,
      result: result.commit,
      head,
    });
  }
  if (attempt.audit?.commit !== candidate.commit) {
    const id = commandIdOf("audit-result", attempt.id, candidate.commit.slice(0, 12));
    const keepRest = wave.wave.enforcement !== "strict";
    const { scope } = task.task;
    const declared = declaredFiles(task.task);
    return order({
      type: "audit-result",
      id,
      attempt: attempt.id,
      head,
      candidate: candidate.commit,
      scope,
      keepRest,
      ...(declared.length === 0 ? {} : { declared }),
    });
  }
  return verifyOrAdvance(state, task, attempt);
}

function verifyOrAdvance(state: RunState, task: TaskState, attempt: AttemptState): Wish {
  const landing = landingOf(attempt);
  if (landing === undefined) return nothing;
  const verify = verifyState(state, task.task, attempt);
  if (verify.kind === "pending") {
    const id = commandIdOf(
      "run-gate",
      verify.run.purpose.kind,
      attempt.id,
      purposeIndex(verify.run.purpose),
      landing.commit.slice(0, 12),
    );
    return order({ type: "run-gate", id, run: verify.run, spec: verify.spec, lookUp: true });
  }
  if (verify.kind !== "green") return nothing;
  const untold = untoldFindings(state, attempt);
  if (untold.length > 0) return record(...untold);
  const id = commandIdOf("advance-integration", attempt.id, landing.commit.slice(0, 12));
  const from = state.integration.head;
  return order({
    type: "advance-integration",
    id,
    attempt: attempt.id,
    from,
    to: landing.commit,
    tree: landing.tree,
  });
}

/** Before a change lands, what it does to its own checks is a deviation on record; once for each finding. */
function untoldFindings(state: RunState, attempt: AttemptState): readonly PlanFact[] {
  const told = new Set(state.deviations.map(({ rule, text }) => `${rule}\0${text}`));
  return (attempt.audit?.integrity ?? []).flatMap(({ rule, path, message }): PlanFact[] => {
    const text = `${attempt.id} in ${path}: ${message}`;
    if (told.has(`${rule}\0${text}`)) return [];
    told.add(`${rule}\0${text}`);
    return [{ type: "deviation.noted", wave: attempt.wave, rule, text }];
  });
}

function purposeIndex(
  purpose: Extract<ReturnType<typeof verifyState>, { kind: "pending" }>["run"]["purpose"],
): number {
  return purpose.kind === "verify" ? purpose.index : 0;
}
