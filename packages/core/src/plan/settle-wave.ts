import type { Diagnostic } from "./diagnostic.ts";
import { enforcementOf, isolationOf } from "./isolation.ts";
import type { CollisionRisk, Isolation, Plan, PlanTask } from "./plan.ts";
import type { PlanSource } from "./plan-source.ts";
import type { OrderedWave } from "./ordered-wave.ts";
import { placeInFrontMatter } from "./plan-source.ts";
import type { ScheduledWave } from "./schedule.ts";
import type { SessionValues } from "./session-value.ts";

/** What settling a wave needs; `shares` is true where tasks that run at once may write the same file. */
export type SettleTerms = {
  readonly plan: Plan;
  readonly values: SessionValues;
  readonly source: PlanSource;
  readonly shares: boolean;
};

/** The wave as the decider gets it, with what had to be overruled. */
export function settleWave(
  { placed, tasks }: OrderedWave,
  { plan, values, source, shares }: SettleTerms,
): { readonly wave: ScheduledWave; readonly diagnostics: readonly Diagnostic[] } {
  const configured = configuredIsolation(placed.tasks, values);
  const wanted = isolationOf({
    configured,
    risk: riskOf(placed.tasks),
    agents: placed.tasks.length,
    session: plan.session,
  });
  const isolation = shares ? "worktree" : wanted;
  const overruled = configured === "none" && isolation !== "none";
  return {
    wave: {
      number: placed.number,
      name: placed.name,
      roles: placed.roles,
      isolation,
      enforcement: enforcementOf(isolation, values.enforcement.value),
      tasks: tasks.map((task) => task.id),
    },
    diagnostics: overruled ? [inOwnTrees(placed.number, source)] : [],
  };
}

/** A flag or an environment variable beats what tasks ask for; one task's worktree means one for each. */
function configuredIsolation(tasks: readonly PlanTask[], { isolation }: SessionValues): Isolation | "auto" {
  if (isolation.origin === "flag" || isolation.origin === "environment") return isolation.value;
  const asked = tasks.map((task) => task.isolation ?? "auto");
  if (asked.includes("worktree")) return "worktree";
  return asked.length > 0 && asked.every((each) => each === "none") ? "none" : isolation.value;
}

function riskOf(tasks: readonly PlanTask[]): CollisionRisk {
  const risks = tasks.map((task) => task.collisionRisk ?? "low");
  if (risks.includes("high")) return "high";
  return risks.includes("medium") ? "medium" : "low";
}

function inOwnTrees(wave: number, source: PlanSource): Diagnostic {
  return {
    code: "BW222",
    severity: "warning",
    message: `wave ${wave} runs in worktrees although isolation is none`,
    where: placeInFrontMatter(source, "isolation"),
    why: "two of its tasks may write the same file; in one tree nobody could tell whose change it is",
    fix: "make the scopes disjoint, or leave isolation out",
  };
}
