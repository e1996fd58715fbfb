import { factOfFailure, type Command, type Fact } from "@breakwater/core";
import type { PerformerPort, Tell } from "@breakwater/engine";
import { openCheckoutWatch, type CheckoutWatch } from "./checkout-watch.ts";
import { warnSiblings } from "./sibling-step.ts";
import { discardWorkspace, prepareWorkspace, snapshotWorkspace } from "./workspace-step.ts";
import { fileCarryover, settleIssue } from "./carryover-step.ts";
import { advanceBranchTo } from "./close-step.ts";
import { checkFindings } from "./findings-step.ts";
import { runGateCommand } from "./gate-step.ts";
import { checkReview } from "./review-step.ts";
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
  const watch = openCheckoutWatch(machine);
  return {
    perform: (command, tell) => carryOut(machine, command, { tell, watch, again: false }),
    reconcile: (command, tell) => carryOut(machine, command, { tell, watch, again: true }),
    adopt: (attempt, tell) => attempts.adopt(attempt, tell),
    publish: machine.publish,
  };
}

async function carryOut(
  machine: LocalMachine,
  command: Command,
  { tell, watch, again }: { readonly tell: Tell; readonly watch: CheckoutWatch; readonly again: boolean },
): Promise<void> {
  const { attempts } = machine;
  if (command.type === "start-agent")
    return again ? attempts.find(command, tell) : attempts.start(command, tell);
  if (command.type === "stop-agent") return attempts.stop(command, tell);
  if (command.type === "nudge-agent") return attempts.nudge(command, tell);
  const done = await watched(watch, command, tell, () => stepOf(machine, command));
  tell({ fact: done.ok ? done.value : factOfFailure(command, done.failure), cause: command.id });
  if (command.type === "advance-integration" && done.ok && done.value.type === "integration.advanced")
    await warnSiblings(machine, command, tell);
}

/** The checkout is marked before anybody can work, and looked at after whatever foreign code may have run. */
async function watched(
  watch: CheckoutWatch,
  command: PlainCommand,
  tell: Tell,
  step: () => Step<Fact>,
): Step<Fact> {
  if (command.type === "prepare-workspace") {
    const begun = await watch.begin();
    return begun.ok ? step() : begun;
  }
  const done = await step();
  if (command.type === "snapshot-result" || command.type === "run-gate") await watch.look(tell);
  return done;
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
    case "check-review":
      return checkReview(machine, command);
    case "ask-person": {
      const { decision, question } = command;
      return Promise.resolve({ ok: true, value: { type: "decision.asked", decision, question } });
    }
    case "file-carryover":
      return fileCarryover(machine, command);
    case "settle-issue":
      return settleIssue(machine, command);
    case "advance-branch":
      return advanceBranchTo(machine, command);
  }
}
