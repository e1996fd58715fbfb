import { factOfFailure, type Command, type Fact } from "@breakwater/core";
import type { PerformerPort, Tell } from "@breakwater/engine";
import { discardWorkspace, prepareWorkspace, snapshotWorkspace } from "./workspace-step.ts";
import { advanceBranchTo, fileCarryover } from "./close-step.ts";
import { checkFindings } from "./findings-step.ts";
import { runGateCommand } from "./gate-step.ts";
import { advanceRef, auditMerged, mergeResult } from "./landing-step.ts";
import type { LocalMachine } from "./machine.ts";
import type { Step } from "./step.ts";

/**
 * Performs commands on this machine. Every command but those to a running agent may be performed again
 * after a crash with the same effect, so reconciling them means performing them; an attempt is looked for
 * before it is started (`docs/spec/shell.md`).
 */
export function localPerformer(machine: LocalMachine): PerformerPort {
  const { attempts } = machine;
  return {
    perform: (command, tell) => carryOut(machine, command, { tell, again: false }),
    reconcile: (command, tell) => carryOut(machine, command, { tell, again: true }),
    adopt: (attempt, tell) => attempts.adopt(attempt, tell),
    publish: machine.publish,
  };
}

async function carryOut(
  machine: LocalMachine,
  command: Command,
  { tell, again }: { readonly tell: Tell; readonly again: boolean },
): Promise<void> {
  const { attempts } = machine;
  if (command.type === "start-agent")
    return again ? attempts.find(command, tell) : attempts.start(command, tell);
  if (command.type === "stop-agent") return attempts.stop(command, tell);
  if (command.type === "nudge-agent") return attempts.nudge(command, tell);
  const done = await stepOf(machine, command);
  tell({ fact: done.ok ? done.value : factOfFailure(command, done.failure), cause: command.id });
}

type PlainCommand = Exclude<Command, { readonly type: "start-agent" | "stop-agent" | "nudge-agent" }>;

/** One fact, or the failure that the command's own fact will carry. */
function stepOf(machine: LocalMachine, command: PlainCommand): Step<Fact> {
  switch (command.type) {
    case "prepare-workspace":
      return prepareWorkspace(machine, command);
    case "snapshot-result":
      return snapshotWorkspace(machine, command);
    case "discard-workspace":
      return discardWorkspace(machine, command);
    case "check-findings":
      return checkFindings(machine, command);
    case "merge-result":
      return mergeResult(machine, command);
    case "audit-result":
      return auditMerged(machine, command);
    case "advance-integration":
      return advanceRef(machine, command);
    case "run-gate":
      return runGateCommand(machine, command);
    case "run-review":
      return noReviewer(command.reviewer);
    case "ask-person": {
      const { decision, question } = command;
      return Promise.resolve({ ok: true, value: { type: "decision.asked", decision, question } });
    }
    case "file-carryover":
      return fileCarryover(machine, command);
    case "advance-branch":
      return advanceBranchTo(machine, command);
  }
}

/** Unknown is never pass: a review that did not happen is recorded as failed. */
function noReviewer(reviewer: string): Step<Fact> {
  const failure = {
    code: "BW760",
    message: `the reviewer "${reviewer}" cannot be run`,
    why: "No installed runtime gives reviews yet.",
    fix: "Take `agents.reviewer` out of the plan, or review the session's diff yourself.",
  };
  return Promise.resolve({ ok: false, failure });
}
