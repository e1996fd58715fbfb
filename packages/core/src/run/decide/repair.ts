import { taskId } from "../../ids.ts";
import type { TaskId } from "../../ids.ts";
import type { GateSpec } from "../../plan/plan.ts";
import type { ScheduledTask } from "../../plan/schedule.ts";
import type { GateReport } from "../gate-report.ts";
import { taskOfAttempt } from "../../ids.ts";
import type { Blame, RunState, TaskState } from "../state.ts";
import { placeNext } from "./placement.ts";
import { record, type Wish } from "./wish.ts";

/** Where the repair of a blamed merge stands. */
export type RepairStep =
  | { readonly kind: "step"; readonly wish: Wish }
  /** A repair task is waiting for its wave. */
  | { readonly kind: "planned" }
  /** No repair wave is left, or the repair was tried and given up. */
  | { readonly kind: "exhausted" };

/** What a repair is planned from. */
export type RepairNeed = { readonly blame: Blame; readonly spec: GateSpec; readonly report: GateReport };

/**
 * Plans the task that repairs what a gate blames a merge for. The culprit's commit stays; the repair owns
 * the culprit's scope, must see the gate red first, and must leave it green.
 */
export function decideRepair(state: RunState, need: RepairNeed): RepairStep {
  const culprit = state.tasks.get(taskOfAttempt(need.blame.attempt));
  if (culprit === undefined) return { kind: "exhausted" };
  const repairs = repairsOf(state, culprit.task.id, need);
  if (repairs.some((each) => isOpen(state, each))) return { kind: "planned" };
  if (repairs.length > 0) return { kind: "exhausted" };
  const rule = `repair:${need.spec.id}`;
  const reason = `gate "${need.spec.id}" is red since ${need.blame.attempt} landed`;
  const place = placeNext(state, { rule, reason, person: false });
  if (place === undefined) return { kind: "exhausted" };
  const task = repairTask(state, culprit.task, need);
  const amendment = { kind: "add-task", wave: place.wave, task } as const;
  return { kind: "step", wish: record(...place.added, { type: "plan.amended", amendment, rule, reason }) };
}

/** Repairs that were planned for this blame: those added after it was recorded. */
function repairsOf(state: RunState, culprit: TaskId, { blame, spec }: RepairNeed): readonly TaskState[] {
  return [...state.tasks.values()].filter(({ task: { source } }) => {
    if (source.kind !== "fix" || source.of !== culprit || source.gate !== spec.id) return false;
    return source.commit === blame.commit;
  });
}

function isOpen(state: RunState, task: TaskState): boolean {
  if (task.carried !== undefined || task.dropped !== undefined) return false;
  const status = state.waves.find((each) => each.wave.number === task.wave)?.status;
  return status === "planned" || status === "running";
}

function repairTask(
  state: RunState,
  culprit: ScheduledTask,
  { blame, spec, report }: RepairNeed,
): ScheduledTask {
  const { model, issue, priority } = culprit;
  return {
    id: nextId(state, culprit),
    title: `Repair ${spec.id} after: ${rootTitle(culprit)}`,
    role: culprit.role,
    scope: culprit.scope,
    shared: [],
    reads: culprit.reads,
    depends: [],
    verify: [spec.command],
    doneWhen: [`\`${spec.command}\` passes`],
    produces: [],
    agent: culprit.agent,
    limits: culprit.limits,
    ...(model === undefined ? {} : { model }),
    ...(issue === undefined ? {} : { issue }),
    ...(priority === undefined ? {} : { priority }),
    contractLock: false,
    redFirst: false,
    reproduce: spec.command,
    onFail: "retry",
    noOp: false,
    brief: repairBrief(spec, report, blame),
    source: {
      kind: "fix",
      of: culprit.id,
      gate: spec.id,
      commit: blame.commit,
      reason: blame.newFailures.join(", "),
    },
  };
}

function rootTitle(culprit: ScheduledTask): string {
  return culprit.title.replace(/^Repair \S+ after: /, "");
}

function nextId(state: RunState, culprit: ScheduledTask): TaskId {
  const ids = new Set<string>(state.tasks.keys());
  let n = 1;
  while (ids.has(`${culprit.id}F${n}`)) n += 1;
  return taskId(`${culprit.id}F${n}`);
}

function repairBrief(spec: GateSpec, report: GateReport, blame: Blame): string {
  const failing = blame.newFailures.slice(0, 20).map((name) => `- ${name}`);
  return [
    `The check \`${spec.command}\` fails on the current tree. Find the cause in the files in scope and correct it.`,
    "Do not weaken, skip or delete a test, and do not change how the check is run.",
    ...(failing.length === 0 ? [] : ["It names:", ...failing]),
    "The end of its output:",
    ...report.tail
      .split("\n")
      .slice(-20)
      .map((line) => `    ${line}`),
  ].join("\n");
}
