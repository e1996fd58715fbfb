import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import {
  type AgentRuntime,
  type DoorProof,
  type Gate,
  type LaunchClient,
  type OpenHookDoor,
  proveDoor,
} from "@breakwater/agents";
import { scrubbedEnvironment, startGroup } from "@breakwater/node";
import { type HookDoors, hookDoorsOf } from "../hook/hook-door.ts";
import { plainRedactor, redactorFor } from "./redact.ts";
import { type ExpectedWall, openTrialWall, type TrialFolders, type TrialWall } from "./trial-wall.ts";

/** What a door is tried with: the variables of the user, and the wall of the attempts, where one will stand. */
export type DoorTrial = {
  readonly source: Readonly<Record<string, string | undefined>>;
  readonly wall?: ExpectedWall;
};

/**
 * Proves the door of a runtime on this machine (`docs/spec/adapter.md`): its real client, started in a folder
 * of its own as attempts start it, asks for one write and is refused. No sign-in, no network, no cost. A client
 * that does not start behind the wall is tried once more without, to tell which of the two it is.
 */
export async function tryDoor(runtime: AgentRuntime, trial: DoorTrial): Promise<DoorProof> {
  const { wall } = trial;
  const tried = await tryOnce(runtime, trial);
  if (wall === undefined || tried.proof.outcome !== "no-answer") return tried.proof;
  const open = await tryOnce(runtime, { source: trial.source });
  if (open.proof.outcome === "no-answer") return open.proof;
  const { detail, ms } = tried.proof;
  const [hidden] = tried.hidden;
  const what = hidden === undefined ? "" : `; ${hidden} is hidden there`;
  return {
    outcome: "not-in-wall",
    detail: `its client starts, but not behind the wall ${wall.setup.tier}: ${detail}${what}`,
    ms: ms + open.proof.ms,
  };
}

type Tried = { readonly proof: DoorProof; readonly hidden: readonly string[] };

async function tryOnce(runtime: AgentRuntime, trial: DoorTrial): Promise<Tried> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "breakwater-canary-")));
  const folders = { root, workspace: join(root, "workspace"), home: join(root, "home") };
  const stage = new Stage(folders, trial);
  try {
    for (const each of [folders.workspace, folders.home]) await mkdir(each, { mode: 0o700 });
    return await stage.prove(runtime);
  } finally {
    await stage.close();
    await rm(root, { recursive: true, force: true });
  }
}

/** What is open while one door is tried. */
class Stage {
  readonly #folders: TrialFolders;
  readonly #trial: DoorTrial;
  readonly #doors: HookDoors[] = [];
  #wall: TrialWall | undefined;

  constructor(folders: TrialFolders, trial: DoorTrial) {
    this.#folders = folders;
    this.#trial = trial;
  }

  async prove(runtime: AgentRuntime): Promise<Tried> {
    const { source, wall } = this.#trial;
    const environment = scrubbedEnvironment({ source, allow: ["BREAKWATER_CLIENTS"] });
    if (wall !== undefined && runtime.canary !== undefined && runtime.canary !== "built-in") {
      const opened = await openTrialWall(wall, this.#folders, environment);
      if (typeof opened === "string")
        return { proof: { outcome: "no-answer", detail: opened, ms: 0 }, hidden: [] };
      this.#wall = opened;
    }
    const seen = await proveDoor(runtime, {
      folder: this.#folders,
      environment,
      launch: this.#launch,
      hookDoor: (gate) => this.#hookDoor(gate),
      redact: plainRedactor(redactorFor(environment)),
      exists: existsSync,
      now: () => performance.now(),
    });
    if (seen.outcome !== "no-answer" || this.#wall === undefined) return { proof: seen, hidden: [] };
    const hidden = this.#wall.hiddenIn(seen.detail);
    if (await this.#wall.wasEntered()) return { proof: seen, hidden };
    return { proof: { ...seen, detail: `the wall did not come up: ${seen.detail}` }, hidden };
  }

  async close(): Promise<void> {
    for (const each of this.#doors) await each.close();
    await this.#wall?.close();
  }

  readonly #launch: LaunchClient = (launch) => {
    const reach = [...(launch.reach ?? []), ...this.#doors.flatMap((doors) => doors.reach())];
    const inside = this.#wall?.around({ ...launch, reach }) ?? launch;
    const { onStdout, onStderr } = launch;
    return startGroup({ ...inside, onStdout, onStderr, grace: { interruptMs: 500, terminateMs: 500 } });
  };

  #hookDoor(gate: Gate): OpenHookDoor {
    const order = { resultFile: join(this.#folders.root, "canary.result.json"), token: "" };
    const opened = hookDoorsOf(order, gate);
    this.#doors.push(opened);
    return opened.open;
  }
}
