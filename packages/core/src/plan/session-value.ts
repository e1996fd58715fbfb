import type { PlanEnvironment } from "./environment.ts";
import { planDefaults, resolveValue, resolveOptional } from "./environment.ts";
import type { Plan } from "./plan.ts";

/** The session-wide values that waves and tasks follow from. */
export type SessionValues = ReturnType<typeof sessionValues>;

/** Resolves what holds for a whole session; a value nobody gave stays `undefined` where it has no default. */
export function sessionValues(plan: Plan, environment: PlanEnvironment) {
  const wall = environment.unattended === true ? ("required" as const) : ("preferred" as const);
  return {
    agentsPerWave: resolveValue(environment.agentsPerWave, plan.agentsPerWave, planDefaults.agentsPerWave),
    maxParallel: resolveValue(environment.maxParallel, plan.agents.maxParallel, planDefaults.maxParallel),
    isolation: resolveValue(environment.isolation, plan.isolation, planDefaults.isolation),
    enforcement: resolveValue(environment.enforcement, plan.enforcement, planDefaults.enforcement),
    // `agents.turns` is the older, more specific word for the same bound.
    maxTurns: resolveValue(environment.maxTurns, plan.agents.turns ?? plan.maxTurns, planDefaults.maxTurns),
    wall: resolveValue(environment.wall, plan.wall, wall),
    agent: resolveOptional(environment.agent, plan.agents.default),
    agentMapping: environment.agentMapping?.value ?? {},
    reviewer: resolveOptional(environment.reviewer, plan.agents.reviewer),
    model: resolveOptional(environment.model, plan.agents.model),
    workspaceSetup: resolveOptional(environment.workspaceSetup, plan.workspaceSetup),
    workspaceCopy: resolveValue(environment.workspaceCopy, nonEmpty(plan.workspaceCopy), []),
    focus: resolveOptional(environment.focus, plan.focus),
  };
}

function nonEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}
