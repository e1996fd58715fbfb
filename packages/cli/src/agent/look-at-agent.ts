import {
  type AgentRuntime,
  type DoorProof,
  type GuaranteeMatrix,
  guaranteesOf,
  type RuntimeProbe,
} from "@breakwater/agents";
import type { AgentRecord } from "@breakwater/core";
import { tryDoor } from "@breakwater/shells";

/** A runtime as it was found on this machine. */
export type AgentLook = {
  readonly name: string;
  /** All that is said of it is from its documentation. */
  readonly untested: boolean;
  readonly probe: RuntimeProbe;
  readonly guarantees: GuaranteeMatrix;
};

/** Looks for the client of a runtime; starts no run. */
export async function lookAtAgent(runtime: AgentRuntime): Promise<AgentLook> {
  const probe = await runtime.probe();
  return {
    name: runtime.name,
    untested: runtime.untested === true,
    probe,
    guarantees: guaranteesOf(runtime, probe),
  };
}

/** Looks and proves the door; takes as long as the client takes to start. */
export async function recordAgent(
  runtime: AgentRuntime,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AgentRecord> {
  const { name, probe, guarantees } = await lookAtAgent(runtime);
  const door = await tryDoor(runtime, env);
  return { name, guarantees, door, ...(probe.version === undefined ? {} : { version: probe.version }) };
}

/** Whether calls of the agent are known to be judged before they happen. */
export function isDoorProven({ outcome }: Pick<DoorProof, "outcome">): boolean {
  return outcome === "denied" || outcome === "built-in";
}

/** Whether a trial was made and the door did not hold. */
export function isDoorBroken({ outcome }: Pick<DoorProof, "outcome">): boolean {
  return !isDoorProven({ outcome }) && outcome !== "untried";
}
