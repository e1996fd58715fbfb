import type { Failure } from "@breakwater/core";
import { noWall, wallLadder } from "@breakwater/node";

/** A wall that is required must hold before anything starts; which one it is, the banner says. */
export async function refuseNoWall(): Promise<Failure | undefined> {
  const ladder = await wallLadder();
  return ladder.setup === undefined ? noWall(ladder, "the plan requires") : undefined;
}
