import { limitsOf } from "./attempt-limit.ts";
import type { PlanEnvironment, Resolved } from "./environment.ts";
import { takesExpressPath } from "./express-path.ts";
import type { OrderedWave } from "./ordered-wave.ts";
import type { Placement } from "./place-task.ts";
import type { Plan, PlanTask } from "./plan.ts";
import type { ResolvedGates } from "./resolve-gate.ts";
import type { Schedule, ScheduledTask, ScheduledWave } from "./schedule.ts";
import { chooseAgent, kindOfWork, type ProjectAgent } from "./sizing/kind-of-work.ts";
import type { SessionValues } from "./session-value.ts";

/** Everything that a schedule is put together from. */
export type ScheduleParts = {
  readonly plan: Plan;
  readonly environment: PlanEnvironment;
  readonly values: SessionValues;
  readonly ordered: readonly OrderedWave[];
  readonly gates: ResolvedGates;
  readonly count: Resolved<number>;
  readonly placement: Placement;
  readonly waves: readonly ScheduledWave[];
};

/** Puts the schedule of a plan without errors together. */
export function scheduleOf(parts: ScheduleParts): Schedule {
  const { plan, environment, values, ordered, gates } = parts;
  return {
    hash: environment.hash,
    title: plan.title,
    intent: plan.intent,
    session: plan.session,
    issues: plan.issues,
    waves: parts.waves,
    tasks: ordered.flatMap((wave) => wave.tasks.map((task) => scheduledTask(task, wave, parts))),
    gates: { specs: gates.specs, afterWave: gates.afterWave, beforeFinish: gates.beforeFinish },
    budget: plan.budget,
    agentsPerWave: values.agentsPerWave.value,
    maxParallel: plan.session === "housekeeping" ? 1 : values.maxParallel.value,
    wall: values.wall.value,
    workspaceCopy: values.workspaceCopy.value,
    docsTasks: plan.docsTasks,
    origins: originsOf(parts),
    ...(values.reviewer === undefined ? {} : { reviewer: values.reviewer.value }),
    ...(plan.agents.reviewerModel === undefined ? {} : { reviewerModel: plan.agents.reviewerModel }),
    ...(takesExpressPath(plan, environment.expressPath === true) ? { express: true } : {}),
    ...(values.workspaceSetup === undefined ? {} : { workspaceSetup: values.workspaceSetup.value }),
    ...(values.focus === undefined ? {} : { focus: values.focus.value }),
  };
}

function scheduledTask(
  task: PlanTask,
  { waits, added }: OrderedWave,
  { plan, values, environment }: ScheduleParts,
): ScheduledTask {
  const { isolation: _isolation, agent, turns, minutes, ...rest } = task;
  const after = waits.after.get(task.id) ?? [];
  const inWave = waits.depends.get(task.id) ?? [];
  const { profiles = [], profileMapping = {} } = environment;
  const profile = chooseAgent(task, { agents: profiles, mapping: profileMapping });
  // Without a default every task names its agent: BW405 refuses the others.
  const runtime = agent ?? values.agentMapping[kindOfWork(task)] ?? values.agent?.value ?? "";
  const model = task.model ?? values.model?.value ?? modelOf(profile?.name, runtime, profiles);
  return {
    ...rest,
    depends: [...new Set([...task.depends, ...inWave])],
    agent: runtime,
    limits: limitsOf(plan.session, {
      turns: turns ?? values.maxTurns.value,
      minutes: minutes ?? plan.agents.minutes,
    }),
    source: { kind: task.id === added ? "simplify" : "plan" },
    ...(model === undefined ? {} : { model }),
    ...(profile === undefined ? {} : { profile }),
    ...(after.length === 0 ? {} : { after }),
  };
}

/** A profile names a model in the words of Claude Code; to another runtime they say nothing. */
function modelOf(
  name: string | undefined,
  runtime: string,
  profiles: readonly ProjectAgent[],
): string | undefined {
  return runtime === "claude" ? profiles.find((each) => each.name === name)?.model : undefined;
}

function originsOf({ values, gates, count, placement, plan }: ScheduleParts): Schedule["origins"] {
  const serial = plan.session === "housekeeping";
  return {
    waves: placement.by === "role" ? count.origin : placement.by === "heading" ? "plan" : "engine",
    "agents-per-wave": values.agentsPerWave.origin,
    "max-parallel": serial ? "engine" : values.maxParallel.origin,
    isolation: values.isolation.origin,
    enforcement: values.enforcement.origin,
    "max-turns": values.maxTurns.origin,
    wall: values.wall.origin,
    "workspace-copy": values.workspaceCopy.origin,
    ...(values.agent === undefined ? {} : { agent: values.agent.origin }),
    ...(values.reviewer === undefined ? {} : { reviewer: values.reviewer.origin }),
    ...(values.model === undefined ? {} : { model: values.model.origin }),
    ...(values.workspaceSetup === undefined ? {} : { "workspace-setup": values.workspaceSetup.origin }),
    ...(values.focus === undefined ? {} : { focus: values.focus.origin }),
    ...gates.origins,
  };
}
