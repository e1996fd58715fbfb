import { commitId, gateId, planHash, sessionId, taskId, treeId } from "../../ids.ts";
import type { Budget, Enforcement, GateSpec, OnFail, Role } from "../../plan/plan.ts";
import type { Schedule, ScheduledTask, ScheduledWave } from "../../plan/schedule.ts";
import type { AgentRecord } from "../agent-record.ts";
import type { RunSettings } from "../fact.ts";
import type { Request } from "../request.ts";
import { after, afterEach, listOf, numberAfter, oneOf } from "./script.test-support.ts";

const ROLES: readonly Role[] = ["discovery", "impl-core", "impl-polish", "docs", "quality", "finalization"];
const ENFORCEMENTS: readonly Enforcement[] = ["strict", "warn", "off"];
const ON_FAIL: readonly OnFail[] = ["retry", "ask", "carry"];

/** The base of every scenario. */
export const scenarioBase = { commit: commitId("base"), tree: treeId("base-tree"), branch: "main" } as const;

/** The plan of a scenario while its lines are read. */
export type DraftPlan = {
  readonly schedule: Schedule;
  readonly settings: RunSettings;
  /** Whether agents can resume, where a line says so. */
  readonly resumes?: "yes" | "no" | "unknown";
};

/** A plan without waves, tasks and gates, for a session that somebody attends. */
export const emptyPlan: DraftPlan = {
  schedule: {
    hash: planHash("agreed-plan"),
    title: "A scenario",
    intent: "",
    session: "feature",
    issues: [],
    waves: [],
    tasks: [],
    gates: { specs: [], afterWave: [], beforeFinish: [] },
    budget: {},
    agentsPerWave: 6,
    maxParallel: 6,
    wall: "off",
    workspaceCopy: [],
    docsTasks: [],
    origins: {},
  },
  settings: { unattended: false, acceptRed: [], memorySlots: 6, decisionTimeoutMs: 600_000 },
};

/** Reads one line of the plan notation; undefined where the line is none. */
export function draftLine(plan: DraftPlan, words: readonly string[]): DraftPlan | undefined {
  const { schedule } = plan;
  const [first = ""] = words;
  switch (first) {
    case "wave":
      return withSchedule(plan, { waves: [...schedule.waves, waveOf(schedule, words)] });
    case "task":
      return addTask(plan, taskOf(schedule, words));
    case "gate":
      return words[2] === "runs" ? addGate(plan, words) : undefined;
    case "issues":
      return withSchedule(plan, { issues: listOf(words[1]).map(Number) });
    case "express":
      return withSchedule(plan, { session: "housekeeping", express: true });
    case "reviewer":
      return withSchedule(plan, {
        reviewer: words[1] ?? "",
        ...(words[2] === undefined ? {} : { reviewerModel: words[2] }),
      });
    case "parallel":
      return withSchedule(plan, { maxParallel: Number(words[1]) });
    case "budget":
      return withSchedule(plan, { budget: budgetOf(schedule.budget, words) });
    case "resuming":
      return { ...plan, resumes: oneOf(["yes", "no", "unknown"] as const, words[1]) };
    case "settings":
      return { ...plan, settings: settingsOf(plan.settings, words) };
    default:
      return undefined;
  }
}

/** `budget usd 2` for the session, `budget task usd 2` or `budget wave usd 2` for each task or wave. */
function budgetOf(budget: Budget, [, first = "", second = "", third]: readonly string[]): Budget {
  if (first !== "task" && first !== "wave") return { ...budget, [first]: Number(second) };
  return { ...budget, [first]: { ...budget[first], [second]: Number(third) } };
}

/** The request that starts a session with the plan. */
export function startRequest({ schedule, settings, resumes }: DraftPlan): Request {
  const start = {
    type: "start",
    session: sessionId("main-1"),
    schedule,
    base: scenarioBase,
    settings,
  } as const;
  return resumes === undefined ? start : { ...start, agents: [agentThat(resumes)] };
}

function agentThat(holds: "yes" | "no" | "unknown"): AgentRecord {
  return {
    name: "scripted",
    guarantees: { resume: { holds, evidence: holds === "unknown" ? "unknown" : "measured" } },
    door: { outcome: "built-in", detail: "", ms: 0 },
  };
}

function withSchedule(plan: DraftPlan, change: Partial<Schedule>): DraftPlan {
  return { ...plan, schedule: { ...plan.schedule, ...change } };
}

function waveOf(schedule: Schedule, words: readonly string[]): ScheduledWave {
  const enforcement = ENFORCEMENTS.find((each) => words.includes(each)) ?? "strict";
  const number = schedule.waves.length + 1;
  const roles = [oneOf(ROLES, words[1] ?? "impl-core")];
  const isolation = words.includes("one-tree") ? "none" : "worktree";
  return { number, name: `Wave ${number}`, roles, isolation, enforcement, tasks: [] };
}

function addTask(plan: DraftPlan, task: ScheduledTask): DraftPlan {
  const { waves, tasks } = plan.schedule;
  const last = waves.length;
  const grown = waves.map((each) =>
    each.number === last ? { ...each, tasks: [...each.tasks, task.id] } : each,
  );
  return withSchedule(plan, { waves: grown, tasks: [...tasks, task] });
}

/** `task T1 write src/a/**` or `task T1 read-only`, then any of the keywords below. */
function taskOf(schedule: Schedule, words: readonly string[]): ScheduledTask {
  const id = taskId(words[1] ?? "");
  const reproduce = after(words, "reproduce");
  const waitsFor = listOf(after(words, "after"));
  const issue = numberAfter(words, "issue");
  return {
    id,
    title: `Title of ${id}`,
    role: schedule.waves.at(-1)?.roles[0] ?? "impl-core",
    scope: words[2] === "read-only" ? { kind: "read-only" } : { kind: "write", globs: listOf(words[3]) },
    shared: [],
    reads: [],
    depends: listOf(after(words, "needs")).map(taskId),
    verify: afterEach(words, "verify"),
    doneWhen: [],
    produces: listOf(after(words, "produces")),
    agent: "scripted",
    limits: {
      turns: 15,
      toolCalls: 100,
      wallMs: 600_000,
      idleMs: 120_000,
      graceMs: 30_000,
      outputBytes: 1_000_000,
    },
    contractLock: words.includes("contract"),
    redFirst: false,
    onFail: oneOf(ON_FAIL, after(words, "on-fail") ?? "retry"),
    noOp: words.includes("no-op"),
    brief: "",
    source: { kind: "plan" },
    ...(waitsFor.length === 0 ? {} : { after: waitsFor.map(taskId) }),
    ...(reproduce === undefined ? {} : { reproduce }),
    ...(issue === undefined ? {} : { issue }),
  };
}

/** `gate test runs "npm test"` after each wave and at the end, or only where the line says. */
function addGate(plan: DraftPlan, words: readonly string[]): DraftPlan {
  const { specs, afterWave, beforeFinish } = plan.schedule.gates;
  const spec: GateSpec = { id: gateId(words[1] ?? ""), command: words[3] ?? "" };
  const everywhere = !words.includes("after-wave") && !words.includes("at-end");
  return withSchedule(plan, {
    gates: {
      specs: [...specs, spec],
      afterWave: everywhere || words.includes("after-wave") ? [...afterWave, spec.id] : afterWave,
      beforeFinish: everywhere || words.includes("at-end") ? [...beforeFinish, spec.id] : beforeFinish,
    },
  });
}

function settingsOf(settings: RunSettings, words: readonly string[]): RunSettings {
  return {
    unattended: words.includes("unattended") || settings.unattended,
    acceptRed: [...settings.acceptRed, ...listOf(after(words, "accept-red")).map(gateId)],
    memorySlots: numberAfter(words, "slots") ?? settings.memorySlots,
    decisionTimeoutMs: settings.decisionTimeoutMs,
  };
}
