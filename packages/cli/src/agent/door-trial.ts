import type { AgentRuntime, DoorProof } from "@breakwater/agents";
import { wallLadder, type Repository } from "@breakwater/node";
import { type DoorTrial, tryDoor } from "@breakwater/shells";
import type { CommandContext } from "../command-context.ts";

type TrialPlace = { readonly repository?: Repository; readonly wall?: "off" };

/** Tries the door of one runtime as attempts here will start it; takes as long as its client takes to start. */
export async function tryDoorHere(
  runtime: AgentRuntime,
  context: Pick<CommandContext, "env">,
  place: TrialPlace,
): Promise<DoorProof> {
  return tryDoor(runtime, await doorTrial(context, place));
}

/** How doors are tried here: behind the wall that attempts will have, where one holds and none was declined. */
export async function doorTrial({ env }: Pick<CommandContext, "env">, place: TrialPlace): Promise<DoorTrial> {
  const { setup } = place.wall === "off" ? {} : await wallLadder();
  if (setup === undefined) return { source: env };
  const { repository } = place;
  return { source: env, wall: { setup, ...(repository === undefined ? {} : { repository }) } };
}
