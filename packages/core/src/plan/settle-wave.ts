import type { Diagnostic } from "./diagnostic.ts";
import { enforcementOf, isolationOf, type IsolationAnswer } from "./isolation.ts";
import { collisionOf } from "./sizing/collision-risk.ts";
import type { Isolation, Plan, PlanTask } from "./plan.ts";
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
  { placed, tasks, before }: OrderedWave,
  { plan, values, source, shares }: SettleTerms,
): { readonly wave: ScheduledWave; readonly diagnostics: readonly Diagnostic[] } {
  const configured = configuredIsolation(placed.tasks, values);
  const collision = collisionOf(
    placed.tasks,
    ({ id: left }, { id: right }) =>
      before.get(left)?.has(right) !== true && before.get(right)?.has(left) !== true,
  );
  const wanted = isolationOf({
    configured,
    risk: collision.risk,
    agents: placed.tasks.length,
    session: plan.session,
  });
  const { isolation, because } = shares ? SHARED : wanted;
  const overruled = configured === "none" && isolation !== "none";
  return {
    wave: {
      number: placed.number,
      name: placed.name,
      roles: placed.roles,
      isolation,
      isolationBecause: because,
      collision,
      enforcement: enforcementOf(isolation, values.enforcement.value),
      tasks: tasks.map((task) => task.id),
    },
    diagnostics: overruled ? [inOwnTrees(placed.number, source)] : [],
  };
}

const SHARED: IsolationAnswer = { isolation: "worktree", because: "tasks share files" };

/** A flag or an environment variable beats what tasks ask for; one task's worktree means one for each. */
function configuredIsolation(tasks: readonly PlanTask[], { isolation }: SessionValues): Isolation | "auto" {
  if (isolation.origin === "flag" || isolation.origin === "environment") return isolation.value;
  const asked = tasks.map((task) => task.isolation ?? "auto");
  if (asked.includes("worktree")) return "worktree";
  return asked.length > 0 && asked.every((each) => each === "none") ? "none" : isolation.value;
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
