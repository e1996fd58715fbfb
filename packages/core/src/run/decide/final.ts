import { dispositionOf, explainOpen } from "../disposition.ts";
import type { Fact } from "../fact.ts";
import { specsOf } from "../phase.ts";
import { standingOf } from "../standing.ts";
import type { RunState, TaskState } from "../state.ts";
import { reasonOf, withReason } from "./end-reason.ts";
import { decideGates } from "./gates.ts";
import { carryUnaffordable } from "./unaffordable.ts";
import { isHeld } from "./start.ts";
import { decideFailures, placeRetried } from "./task-failure.ts";
import { nothing, record, type Wish } from "./wish.ts";

/**
 * After the last wave: tasks that a person put back to work get a wave, the full gates run on the head,
 * and what has no proof is carried over. Then the session is settled.
 */
export function decideFinal(state: RunState): Wish {
  const tasks = [...state.tasks.values()];
  const carried = state.control.limit === undefined ? nothing : carryUnaffordable(state, tasks);
  if (carried.record.length > 0) return carried;
  const failures = decideFailures(state, tasks);
  if (failures.record.length > 0 || failures.commands.length > 0) return failures;
  if (tasks.some((task) => standingOf(state, task).kind === "failed")) return nothing;
  const waiting = tasks.find((task) => standingOf(state, task).kind === "ready");
  if (waiting !== undefined) return isHeld(state) ? nothing : placeRetried(state, waiting);
  return noteExpress(state) ?? decideFinalGates(state) ?? settle(state, tasks);
}

/** What was left out is a departure from how other sessions go, so it is told with its reason. */
function noteExpress({ session, deviations, tasks, waves }: RunState): Wish | undefined {
  if (session?.schedule.express !== true || deviations.some((each) => each.rule === EXPRESS_RULE))
    return undefined;
  const scope = `session-type: housekeeping, scope: ${session.schedule.issues.length} issues`;
  const text = `Express path: ${tasks.size} tasks executed one after the other, without a baseline before them (express-path.enabled: true, ${scope})`;
  return record({ type: "deviation.noted", wave: waves.at(-1)?.wave.number ?? 1, rule: EXPRESS_RULE, text });
}

const EXPRESS_RULE = "express-path";

function decideFinalGates(state: RunState): Wish | undefined {
  if (state.integration.line.length === 0) return undefined;
  const gates = decideGates(state, {
    specs: specsOf(state, state.session?.schedule.gates.beforeFinish ?? []),
    purpose: { kind: "final", round: state.waves.filter((each) => each.repair).length },
    wave: state.waves.at(-1)?.wave.number ?? 0,
    lookUp: false,
  });
  return gates.kind === "next" ? gates.wish : undefined;
}

/** Gives every task its disposition and ends the session's work. */
export function settle(state: RunState, tasks: readonly TaskState[]): Wish {
  const carried = tasks
    .filter((task) => task.carried === undefined && dispositionOf(state, task) === undefined)
    .map((task): Fact => ({ type: "task.carried", task: task.task.id, reason: whyOpen(state, task) }));
  return carried.length > 0 ? record(...carried) : record({ type: "session.settled" });
}

/** Work that a person ended says so, besides how far it had come. */
function whyOpen(state: RunState, task: TaskState): string {
  const open = explainOpen(state, task);
  return state.control.stopped === undefined ? open : withReason(open, reasonOf(state));
}
