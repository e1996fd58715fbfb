import { basename } from "node:path";
import { fail, ok } from "@breakwater/core";
import {
  gateVariables,
  openWall,
  readMachine,
  tryWall,
  wallBroken,
  type GateWall,
  type GateWorkspace,
  type WallNetwork,
} from "@breakwater/node";
import type { LocalMachine } from "./machine.ts";
import { orderWall } from "./session-wall.ts";
import type { Step } from "./step.ts";

/** What a check runs in, and how far it may reach. */
export type GatePlace = { readonly workspace: GateWorkspace; readonly network: WallNetwork };

/**
 * Puts up the wall around a check and tries it; undefined where the session has none. The check may write
 * its whole workspace, which is thrown away, and nothing else. The owner closes it.
 */
export async function openGateWall(
  machine: LocalMachine,
  { workspace, network }: GatePlace,
): Step<GateWall | undefined> {
  const { path, gitDir, lane } = workspace;
  const subject = { workspace: { path, gitDir }, tmp: lane.tmp, name: basename(path), network };
  const ordered = await orderWall(machine, subject);
  if (!ordered.ok || ordered.value === undefined) return ordered.ok ? ok(undefined) : ordered;
  const { setup, place } = ordered.value;
  const env = gateVariables({ source: machine.environment, lane: lane.env });
  const machineNow = readMachine({ env, program: [] });
  const opened = await openWall({
    setup,
    place,
    machine: machineNow,
    scope: "everything",
    network,
    privateGit: false,
  });
  if (!opened.ok) return opened;
  const tried = await tryWall(opened.value, place, env);
  if (tried.holds) return ok({ tier: setup.tier, wall: opened.value });
  await opened.value.close();
  return fail(wallBroken(setup.tier, tried.reason));
}
