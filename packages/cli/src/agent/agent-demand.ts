import type { GuaranteeMatrix, GuaranteeName } from "@breakwater/agents";
import type { Failure, Schedule } from "@breakwater/core";

/** What a plan relies on where an agent works for it, and the words of the plan that say so. */
type Demand = { readonly guarantee: GuaranteeName; readonly because: string };

/**
 * The failure where a plan demands what an agent does not have, before anything is started; BW751. Limits of
 * turns, calls and time are the engine's own and demand nothing of an agent.
 */
export function refuseLacking(
  schedule: Schedule,
  agent: string,
  guarantees: GuaranteeMatrix,
): Failure | undefined {
  const lacking = demandsOn(schedule, agent).find(({ guarantee }) => guarantees[guarantee].holds !== "yes");
  if (lacking === undefined) return undefined;
  const { guarantee, because } = lacking;
  const how = guarantees[guarantee].holds === "no" ? "does not have" : "is not known to have";
  return {
    code: "BW751",
    message: `the agent "${agent}" ${how} "${guarantee}", which the plan demands: ${because}`,
    why: "What an agent cannot guarantee would silently not hold.",
    fix: "Name another agent for these tasks, or take the demand out of the plan; breakwater agents shows what each one guarantees",
  };
}

function demandsOn(schedule: Schedule, agent: string): readonly Demand[] {
  const own = schedule.tasks.filter((task) => task.agent === agent);
  const strict = schedule.waves.some(
    (wave) => wave.enforcement === "strict" && own.some((task) => wave.tasks.includes(task.id)),
  );
  const { task, wave, ...session } = schedule.budget;
  const ceilings = [session, task, wave];
  const usdLimit =
    ceilings.some((each) => each?.usd !== undefined) || own.some((task) => task.limits.usd !== undefined);
  const tokenLimit =
    ceilings.some((each) => each?.tokens !== undefined) ||
    own.some((task) => task.limits.tokens !== undefined);
  return [
    ...(strict
      ? ([
          { guarantee: "pre-write-denial", because: "enforcement: strict" },
          { guarantee: "fails-closed", because: "enforcement: strict" },
        ] as const)
      : []),
    ...(usdLimit ? ([{ guarantee: "cost", because: "a budget in usd" }] as const) : []),
    ...(tokenLimit ? ([{ guarantee: "usage", because: "a budget in tokens" }] as const) : []),
  ];
}
