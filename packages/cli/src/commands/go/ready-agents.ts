import { type AgentRuntime, type DoorProof, proofWithoutTrial, runtimeOf } from "@breakwater/agents";
import {
  type AgentRecord,
  fail,
  type Failure,
  ok,
  plainLine,
  type Result,
  type Schedule,
} from "@breakwater/core";
import type { Repository } from "@breakwater/node";
import { refuseLacking } from "../../agent/agent-demand.ts";
import { isDoorBroken, isDoorProven, lookAtAgent, SHOW_PROGRAM } from "../../agent/look-at-agent.ts";
import type { CommandContext } from "../../command-context.ts";

/**
 * Makes sure that every agent of the plan is here, has what the plan demands of it and asks its door. A door
 * that failed its trial is a refusal where a wave enforces strictly, and a banner otherwise; so is one that
 * cannot be tried.
 */
export async function readyAgents(
  schedule: Schedule,
  { context, repository }: Omit<TrialTerms, "schedule">,
): Promise<Result<readonly AgentRecord[]>> {
  const names = [...new Set(schedule.tasks.map((task) => task.agent))];
  const refusal = (await Promise.all(names.map((name) => refuseAgent(schedule, name)))).find(
    (each) => each !== undefined,
  );
  if (refusal !== undefined) return fail(refusal);
  const records: AgentRecord[] = [];
  for (const name of names) {
    const runtime = runtimeOf(name);
    if (!runtime.ok) return runtime;
    const door = await proofOf(runtime.value, { schedule, context, repository });
    const record = await recordOf(runtime.value, door);
    if (record.door.outcome === "not-in-wall") return fail(notInWall(record));
    if (!isDoorProven(record.door)) {
      const failure = unproven(record);
      if (isDoorBroken(record.door) && isStrict(schedule, name)) return fail(failure);
      context.stderr.write(`WARNING ${plainLine(failure.message)}; the wall and the audit are what holds\n`);
    }
    records.push(record);
  }
  return ok(records);
}

async function recordOf(runtime: AgentRuntime, door: DoorProof): Promise<AgentRecord> {
  const { name, probe, guarantees } = await lookAtAgent(runtime);
  return { name, guarantees, door, ...(probe.version === undefined ? {} : { version: probe.version }) };
}

type TrialTerms = {
  readonly schedule: Schedule;
  readonly context: CommandContext;
  readonly repository: Repository;
};

/** A trial starts the real client; what it takes is loaded only where there is one to try. */
async function proofOf(runtime: AgentRuntime, terms: TrialTerms): Promise<DoorProof> {
  const { canary } = runtime;
  if (canary === undefined || canary === "built-in") return proofWithoutTrial(canary);
  const { tryDoorHere } = await import("../../agent/door-trial.ts");
  const { context, repository, schedule } = terms;
  const { wall } = schedule;
  return tryDoorHere(runtime, context, { repository, ...(wall === "off" ? { wall } : {}) });
}

async function refuseAgent(schedule: Schedule, name: string): Promise<Failure | undefined> {
  const runtime = runtimeOf(name);
  if (!runtime.ok) return runtime.failure;
  const { probe, guarantees } = await lookAtAgent(runtime.value);
  if (!probe.found) return noAgent(name, probe.problems[0]);
  if (runtime.value.runsElsewhere === true && schedule.wall === "required") return notWalled(name);
  return refuseLacking(schedule, name, guarantees);
}

function notWalled(name: string): Failure {
  return {
    code: "BW751",
    message: `no wall can stand around the agent "${name}", and the plan requires one`,
    why: "It works in the process of the host, which breakwater did not start.",
    fix: "Say wall: preferred in the plan, or name another agent for these tasks",
  };
}

function noAgent(agent: string, problem: Failure | undefined): Failure {
  return {
    code: "BW775",
    message: `the agent "${agent}" cannot be used: ${problem?.message ?? "its client was not found"}`,
    fix: problem?.fix ?? "Name another agent in the plan (agents.default), and see breakwater doctor",
  };
}

/** Whatever the enforcement: each attempt would die as the trial did. */
function notInWall({ name, door }: AgentRecord): Failure {
  return {
    code: "BW752",
    message: `the agent "${name}" cannot work behind the wall: ${door.detail}`,
    why: "Behind the wall a home and the checkout are hidden, but for the client's own program as far as it is named; what a wrapper computes is not.",
    fix: `${SHOW_PROGRAM}. Or set \`wall: "off"\` in the plan`,
  };
}

function unproven({ name, door }: AgentRecord): Failure {
  return {
    code: "BW750",
    message: `the door of the agent "${name}" is not proven: ${door.detail}`,
    why: "Its calls may happen before anybody judged them.",
    fix: "Update the client, or set enforcement: warn in the plan; breakwater agents --prove tries again",
  };
}

function isStrict({ waves, tasks }: Schedule, agent: string): boolean {
  const own = tasks.filter((task) => task.agent === agent).map((task) => task.id);
  return waves.some((wave) => wave.enforcement === "strict" && wave.tasks.some((id) => own.includes(id)));
}
