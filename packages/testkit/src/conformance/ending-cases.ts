import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { signalGroup } from "@breakwater/node";
import { acts, ends, holds, runs, writes } from "./act.ts";
import type { ConformanceCase } from "./conformance.ts";
import type { ConformanceStage } from "./subject.ts";
import { runAgent } from "./trial-run.ts";

/** How runs end: by their own word, by a crash, by the host; and nothing is left in any case. */
export const ENDING_CASES: readonly ConformanceCase[] = [
  {
    title: "says that a client could not be started, and does not throw",
    check: async (stage, { runtime, unstartable }) => {
      const run = runAgent(runtime, { ...stage.spec([ends()]), ...unstartable });
      const { ending } = await run.result;
      assert.equal(ending.kind, "error", JSON.stringify(ending));
      assert.deepEqual(run.alive(), []);
    },
  },
  {
    title: "takes a client that dies in the middle for a crash, whatever it said before",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([acts(writes("src/a.txt")), holds("mid", ends())]));
      await stage.held("mid");
      for (const pid of run.alive()) process.kill(pid, "SIGKILL");
      const { ending, claim } = await run.result;
      assert.equal(ending.kind === "error" && ending.class, "crash", JSON.stringify(ending));
      assert.deepEqual(claim, { kind: "missing" });
    },
  },
  {
    title: "ends an interrupted run, also in the middle of a command, and leaves nothing running",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([acts(runs("touch started; sleep 600")), ends()]));
      await untilThere(stage, "started");
      run.agent.interrupt();
      run.agent.interrupt();
      const { ending } = await run.result;
      assert.notEqual(ending.kind, "completed", JSON.stringify(ending));
      await untilGone(() => run.alive().length > 0);
    },
  },
  {
    title: "ends a run that is interrupted while its model is silent",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([holds("silent", ends())]));
      await stage.held("silent");
      run.agent.interrupt();
      assert.notEqual((await run.result).ending.kind, "completed");
      await untilGone(() => run.alive().length > 0);
    },
  },
  {
    title:
      "ends a killed run at once: its group is gone, and what left the group carries the mark of the run",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([acts(runs("touch started; sleep 600")), ends()]));
      await untilThere(stage, "started");
      run.agent.kill();
      const { ending } = await run.result;
      assert.notEqual(ending.kind, "completed");
      await untilGone(() => signalGroup(run.agent.pid ?? 0, 0));
      await run.sweep();
      assert.deepEqual(processesIn(stage.workspace), []);
    },
  },
  {
    title: "may be interrupted and killed before anything began, and after everything ended",
    check: async (stage, { runtime }) => {
      const early = runAgent(runtime, stage.spec([acts(writes("src/a.txt")), ends()]));
      early.agent.interrupt();
      early.agent.kill();
      assert.notEqual((await early.result).ending.kind, "completed");
      early.agent.interrupt();
      early.agent.kill();
      await early.sweep();
      assert.deepEqual(processesIn(stage.workspace), []);
      assert.equal(existsSync(join(stage.workspace, "src")), false);
    },
  },
];

async function untilThere({ workspace }: ConformanceStage, name: string): Promise<void> {
  while (!existsSync(join(workspace, name))) await new Promise((next) => setTimeout(next, 5));
}

/** A killed process is gone as soon as its parent has taken notice. */
async function untilGone(isThere: () => boolean): Promise<void> {
  for (let look = 0; look < 1_000 && isThere(); look += 1) await new Promise((next) => setTimeout(next, 2));
  assert.equal(isThere(), false, "something of the run is still there");
}

/** Processes whose working directory is the workspace, whatever became of their environment; Linux only. */
function processesIn(workspace: string): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/u.test(name) && readlinkSync(`/proc/${name}/cwd`) === workspace;
    } catch {
      return false;
    }
  });
}
