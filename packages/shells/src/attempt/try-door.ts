import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type AgentRuntime, type DoorProof, proveDoor } from "@breakwater/agents";
import { fail } from "@breakwater/core";
import { scrubbedEnvironment, startGroup } from "@breakwater/node";
import { noHookDoor } from "../hook/hook-door.ts";

/**
 * Proves the door of a runtime on this machine (`docs/spec/adapter.md`): its real client, started in a folder
 * of its own as attempts start it, asks for one write and is refused. No sign-in, no network, no cost.
 */
export async function tryDoor(
  runtime: AgentRuntime,
  source: Readonly<Record<string, string | undefined>>,
): Promise<DoorProof> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "breakwater-canary-")));
  const place = { workspace: join(folder, "workspace"), home: join(folder, "home") };
  try {
    for (const each of Object.values(place)) await mkdir(each, { mode: 0o700 });
    return await proveDoor(runtime, {
      folder: place,
      environment: scrubbedEnvironment({ source, allow: ["BREAKWATER_CLIENTS"] }),
      launch: (launch) => startGroup({ ...launch, grace: { interruptMs: 500, terminateMs: 500 } }),
      openHookDoor: async () => fail(noHookDoor("a trial opens none")),
      exists: existsSync,
      now: () => performance.now(),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
