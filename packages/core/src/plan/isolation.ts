import type { CollisionRisk, Enforcement, Isolation, SessionType } from "./plan.ts";

/** What the isolation of a wave follows from. `agents` counts the tasks that the plan gives it. */
export type IsolationQuestion = {
  readonly configured: Isolation | "auto";
  readonly risk: CollisionRisk;
  readonly agents: number;
  readonly session: SessionType;
};

/**
 * The isolation of a wave: a configured value, else a worktree per task where the agents are many or likely
 * to meet, else the one integration tree (`docs/spec/plan.md`).
 */
export function isolationOf({ configured, risk, agents, session }: IsolationQuestion): Isolation {
  if (configured !== "auto") return configured;
  if (risk === "high") return "worktree";
  if (agents <= 2) return "none";
  if (agents >= 5) return "worktree";
  return session === "housekeeping" ? "none" : "worktree";
}

/** In one tree a warning comes too late: `warn` becomes `strict` where agents share it. */
export function enforcementOf(isolation: Isolation, configured: Enforcement): Enforcement {
  return isolation === "none" && configured === "warn" ? "strict" : configured;
}
