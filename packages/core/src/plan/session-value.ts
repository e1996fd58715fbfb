import type { PlanEnvironment } from "./environment.ts";
import { defaults, resolve, resolveOptional } from "./environment.ts";
import type { Plan } from "./plan.ts";

/** The session-wide values that waves and tasks follow from. */
export type SessionValues = ReturnType<typeof sessionValues>;

/** Resolves what holds for a whole session; a value nobody gave stays `undefined` where it has no default. */
export function sessionValues(plan: Plan, environment: PlanEnvironment) {
  const wall = environment.unattended === true ? ("required" as const) : ("preferred" as const);
  return {
    agentsPerWave: resolve(environment.agentsPerWave, plan.agentsPerWave, defaults.agentsPerWave),
    maxParallel: resolve(environment.maxParallel, plan.agents.maxParallel, defaults.maxParallel),
    isolation: resolve(environment.isolation, plan.isolation, defaults.isolation),
    enforcement: resolve(environment.enforcement, plan.enforcement, defaults.enforcement),
    // `agents.turns` is the older, more specific word for the same bound.
    maxTurns: resolve(environment.maxTurns, plan.agents.turns ?? plan.maxTurns, defaults.maxTurns),
    wall: resolve(environment.wall, plan.wall, wall),
    agent: resolveOptional(environment.agent, plan.agents.default),
    reviewer: resolveOptional(environment.reviewer, plan.agents.reviewer),
    model: resolveOptional(environment.model, plan.agents.model),
    workspaceSetup: resolveOptional(environment.workspaceSetup, plan.workspaceSetup),
    workspaceCopy: resolve(environment.workspaceCopy, nonEmpty(plan.workspaceCopy), []),
    focus: resolveOptional(environment.focus, plan.focus),
  };
}

function nonEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}
