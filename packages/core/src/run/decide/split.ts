import { ADAPTATION } from "../../policy/adaptation.ts";
import { splitTask } from "../../policy/split-task.ts";
import type { PlanFact } from "../fact.ts";
import type { AttemptOutcome } from "../outcome.ts";
import { sessionGates } from "../phase.ts";
import { capOf } from "../scaling.ts";
import type { AttemptState, RunState, TaskState } from "../state.ts";

/** The rule by which a task that ran out of time goes on in pieces. */
export const SPLIT_RULE = "split:directory";

/**
 * Splits a task by directory after an attempt of it ran out of time, once; no fact where it does not part. The
 * pieces go to the wave to which the task moves.
 */
export function splitFacts(
  state: RunState,
  task: TaskState,
  {
    attempt,
    outcome,
    wave,
  }: { readonly attempt: AttemptState; readonly outcome: AttemptOutcome; readonly wave: number },
): readonly PlanFact[] {
  if (!splits(outcome) || task.narrowed !== undefined || !maySplit(state, task)) return [];
  const folders = attempt.survey?.folders ?? [];
  const split = splitTask(task.task, { folders, taken: new Set(state.tasks.keys()), cap: capOf(state) });
  if (split === undefined) return [];
  const amendment = { kind: "split-task", task: task.task.id, wave, ...split } as const;
  const reason = `${outcome.kind}: ${outcome.detail}; it has files in ${folders.map((each) => each.path).join(", ")}`;
  return [{ type: "plan.amended", amendment, rule: SPLIT_RULE, reason }];
}

function splits({ cause }: AttemptOutcome): boolean {
  return cause !== "landed" && cause !== "nothing-to-do" && ADAPTATION[cause].splits === true;
}

/**
 * A contract and a repair stay whole, and so does what only its own check proves: a piece without that check
 * would have no proof.
 */
function maySplit(state: RunState, { task }: TaskState): boolean {
  const { source, contractLock, reproduce, verify } = task;
  if (source.kind !== "plan" || contractLock || reproduce !== undefined) return false;
  return verify.length === 0 || sessionGates(state).some((gate) => gate.id !== "lint");
}
