import {
  type AgentRuntime,
  type DoorProof,
  type GuaranteeMatrix,
  guaranteesOf,
  type RuntimeProbe,
} from "@breakwater/agents";

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

/** What helps where a client starts, but not behind the wall. */
export const SHOW_PROGRAM =
  "put the folder of the program itself on PATH instead of a wrapper (a shim of mise or asdf: what `mise which` or `asdf which` names), or install the client by npm install --global; breakwater agents --prove tries again";

/** Whether calls of the agent are known to be judged before they happen. */
export function isDoorProven({ outcome }: Pick<DoorProof, "outcome">): boolean {
  return outcome === "denied" || outcome === "built-in";
}

/** Whether a trial was made and the door did not hold. */
export function isDoorBroken({ outcome }: Pick<DoorProof, "outcome">): boolean {
  return !isDoorProven({ outcome }) && outcome !== "untried";
}
