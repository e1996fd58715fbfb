import type { AgentRuntime } from "./contract.ts";

/**
 * `built-in` needs no proof: the client is a part of Breakwater. `untried` has none: the agent cannot be tried
 * without its provider. `not-in-wall`: its door was asked without a wall, and behind one it does not start.
 */
export const DOOR_OUTCOMES = [
  "denied",
  "built-in",
  "untried",
  "written",
  "never-asked",
  "no-answer",
  "not-in-wall",
] as const;
export type DoorOutcome = (typeof DOOR_OUTCOMES)[number];

/** What the canary showed. Only `denied` proves a door: it was asked, it refused, and nothing was written. */
export type DoorProof = {
  readonly outcome: DoorOutcome;
  readonly detail: string;
  readonly ms: number;
};

/** What is known of a door that is not tried: the client is our own, or it has no canary. Takes no time. */
export function proofWithoutTrial(canary: Exclude<AgentRuntime["canary"], object>): DoorProof {
  return canary === "built-in"
    ? { outcome: "built-in", detail: "its client is part of Breakwater", ms: 0 }
    : { outcome: "untried", detail: "it cannot be tried without its provider", ms: 0 };
}
