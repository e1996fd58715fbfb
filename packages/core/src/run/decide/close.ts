import type { Failure } from "../../failure.ts";
import type { CommitId, TreeId } from "../../ids.ts";
import { dispositionOf } from "../disposition.ts";
import { isWaived, recordOf, verdictOfRecord } from "../gate-record.ts";
import { gateRunKey, type GateRun } from "../gate-run.ts";
import { sessionGates } from "../phase.ts";
import type { GateRecord, RunState } from "../state.ts";
import { commandIdOf, order, record, type Wish } from "./wish.ts";

/** How often one close follows a branch that keeps moving. */
const MOST_REPLAYS = 3;

/**
 * Closes a settled session: the full gates run once more on the head, open work is filed, and only then
 * does the branch move. Where the branch had moved meanwhile, the gates judge the tasks on top of it first. A
 * gate that is not green refuses; nothing has been touched then.
 */
export function decideClose(state: RunState): Wish {
  const attempt = state.close.requested?.attempt ?? 1;
  const { session } = state;
  if (session === undefined) return record({ type: "close.refused", failure: noSession });
  return decideCloseGate(state, attempt) ?? decideCarryovers(state) ?? decideBranch(state, session, attempt);
}

const noSession: Failure = { code: "BW460", message: "there is no session to close" };

function decideCloseGate(state: RunState, attempt: number): Wish | undefined {
  const { head: commit } = landing(state);
  if (state.integration.line.length === 0) return undefined;
  for (const spec of sessionGates(state)) {
    const run: GateRun = { purpose: { kind: "close", attempt }, gate: spec.id, commit };
    const found = recordOf(state, run);
    if (found === undefined) {
      return order({
        type: "run-gate",
        id: commandIdOf("run-gate", gateRunKey(run)),
        run,
        spec,
        lookUp: false,
      });
    }
    const verdict = verdictOfRecord(state, found);
    if (verdict.kind === "green" || isWaived(state, spec.id, commit)) continue;
    return record({ type: "close.refused", failure: notGreen(state, found) });
  }
  return undefined;
}

/** What would land: the integration, or its tasks on top of what the branch had become. */
function landing({ integration, close }: RunState): { readonly head: CommitId; readonly tree: TreeId } {
  const { head, tree } = close.replayed ?? integration;
  return { head, tree };
}

function notGreen(state: RunState, found: GateRecord): Failure {
  const verdict = verdictOfRecord(state, found);
  const detail = verdict.kind === "unknown" ? verdict.reason : "new failures";
  const { replayed } = state.close;
  if (replayed !== undefined)
    return {
      code: "BW797",
      message: `gate "${found.run.gate}" is ${verdict.kind} where the session's work lies on your branch at ${replayed.onto.slice(0, 12)}: ${detail}`,
      why: "The branch moved while the session ran; each side passed alone, and nothing was moved.",
      fix: "See what failed with breakwater logs; repair your branch or set it back, then run breakwater close again",
    };
  return {
    code: "BW461",
    message: `gate "${found.run.gate}" is ${verdict.kind} on the merged tree ${found.report.tree.slice(0, 7)}: ${detail}`,
    why: "the branch moves only to a tree that passed the full gate",
    fix: `retry the task that broke it, then close again`,
  };
}

function decideCarryovers(state: RunState): Wish | undefined {
  const open = [...state.tasks.values()].flatMap((task) => {
    const disposition = dispositionOf(state, task);
    const id = commandIdOf("file-carryover", task.task.id);
    if (disposition?.kind !== "carried" || task.filed !== undefined || state.failedCommands.has(id))
      return [];
    const { title } = task.task;
    return [{ type: "file-carryover", id, task: task.task.id, title, reason: disposition.reason } as const];
  });
  return open.length === 0 ? undefined : order(...open);
}

function decideBranch(state: RunState, session: NonNullable<RunState["session"]>, attempt: number): Wish {
  const { branch, commit } = session.base;
  const { replayed } = state.close;
  const base = replayed?.onto ?? commit;
  if (state.integration.line.length === 0)
    return record({ type: "branch.advanced", branch, from: base, to: base });
  const tries = replayed?.count ?? 0;
  const style = state.close.requested?.style;
  return order({
    type: "advance-branch",
    id: commandIdOf("advance-branch", attempt, ...(tries === 0 ? [] : [tries])),
    branch,
    base,
    ...landing(state),
    commits: state.close.requested?.commits ?? "per-task",
    ...(style === undefined ? {} : { style }),
    ...(tries < MOST_REPLAYS ? {} : { last: true }),
  });
}
