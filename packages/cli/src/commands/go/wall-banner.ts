import type { Schedule } from "@breakwater/core";
import { cutsNetwork, wallLadder } from "@breakwater/node";

/** Which wall will stand in a session, said before anything runs. */
export async function wallBanner({ wall }: Pick<Schedule, "wall">): Promise<string> {
  if (wall === "off") return "wall  off, as the plan says: door and audit are what holds";
  const { setup } = await wallLadder();
  if (setup === undefined)
    return "wall  NONE holds on this machine: door and audit are what holds (breakwater wall probe)";
  const gates = cutsNetwork(setup.tier) ? "gates do not" : "so do gates: this tier cannot cut it";
  return `wall  ${setup.tier}; agents reach the network, ${gates}`;
}
