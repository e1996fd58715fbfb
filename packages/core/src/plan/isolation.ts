import type { CollisionRisk, Enforcement, Isolation, SessionType } from "./plan.ts";

/** What the isolation of a wave follows from. `agents` counts the tasks that the plan gives it. */
export type IsolationQuestion = {
  readonly configured: Isolation | "auto";
  readonly risk: CollisionRisk;
  readonly agents: number;
  readonly session: SessionType;
};

/** An isolation and the rule that gave it. */
export type IsolationAnswer = { readonly isolation: Isolation; readonly because: string };

/**
 * The isolation of a wave: a configured value, else a worktree per task where the agents are many or likely
 * to meet, else the one integration tree (`docs/spec/plan.md`).
 */
export function isolationOf({ configured, risk, agents, session }: IsolationQuestion): IsolationAnswer {
  if (configured !== "auto") return { isolation: configured, because: "it is asked for" };
  if (risk === "high") return { isolation: "worktree", because: "tasks are likely to meet" };
  if (agents <= 2) return { isolation: "none", because: "at most two tasks" };
  if (agents >= 5) return { isolation: "worktree", because: "five tasks or more" };
  const isolation = session === "housekeeping" ? "none" : "worktree";
  return { isolation, because: `${agents} tasks of a ${session} session` };
}

/** In one tree a warning comes too late: `warn` becomes `strict` where agents share it. */
export function enforcementOf(isolation: Isolation, configured: Enforcement): Enforcement {
  return isolation === "none" && configured === "warn" ? "strict" : configured;
}
