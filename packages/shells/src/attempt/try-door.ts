import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import {
  type AgentRuntime,
  type DoorProof,
  type Gate,
  type OpenHookDoor,
  proveDoor,
} from "@breakwater/agents";
import { scrubbedEnvironment, startGroup } from "@breakwater/node";
import { type HookDoors, hookDoorsOf } from "../hook/hook-door.ts";

/**
 * Proves the door of a runtime on this machine (`docs/spec/adapter.md`): its real client, started in a folder
 * of its own as attempts start it, asks for one write and is refused. No sign-in, no network, no cost.
 */
export async function tryDoor(
  runtime: AgentRuntime,
  source: Readonly<Record<string, string | undefined>>,
): Promise<DoorProof> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "breakwater-canary-")));
  const doors: HookDoors[] = [];
  const hookDoor = (gate: Gate): OpenHookDoor => {
    const opened = hookDoorsOf({ resultFile: join(folder, "canary.result.json"), token: "" }, gate);
    doors.push(opened);
    return opened.open;
  };
  const place = { workspace: join(folder, "workspace"), home: join(folder, "home") };
  try {
    for (const each of Object.values(place)) await mkdir(each, { mode: 0o700 });
    return await proveDoor(runtime, {
      folder: place,
      environment: scrubbedEnvironment({ source, allow: ["BREAKWATER_CLIENTS"] }),
      launch: (launch) => startGroup({ ...launch, grace: { interruptMs: 500, terminateMs: 500 } }),
      hookDoor,
      exists: existsSync,
      now: () => performance.now(),
    });
  } finally {
    for (const each of doors) await each.close();
    await rm(folder, { recursive: true, force: true });
  }
}
