import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GateDecision, ToolIntent } from "@breakwater/agents";
import { acts, ends, runs, writes } from "./act.ts";
import type { ConformanceCase } from "./conformance.ts";
import { runAgent } from "./trial-run.ts";

const REFUSED = { allow: false, rule: "test:no", reason: "Not here; go on with the rest" } as const;

/** A door that refuses what touches a path of this name. */
function refusing(name: string): (intent: ToolIntent) => GateDecision {
  return (intent) => (JSON.stringify(intent).includes(name) ? REFUSED : { allow: true });
}

/** What the door is for: nothing happens before it was asked, and what it refuses does not happen. */
export const DOOR_CASES: readonly ConformanceCase[] = [
  {
    title: "asks the door before each call, and nothing has happened by then",
    check: async (stage, { runtime }) => {
      const early: string[] = [];
      const script = [
        acts(writes("src/a.txt"), writes("src/b.txt")),
        acts(runs("echo x > src/c.txt")),
        ends(),
      ];
      const run = runAgent(runtime, stage.spec(script), {
        decide: (intent) => {
          for (const name of ["a.txt", "b.txt", "c.txt"]) {
            const file = join(stage.workspace, "src", name);
            if (JSON.stringify(intent).includes(name) && existsSync(file)) early.push(name);
          }
          return { allow: true };
        },
      });
      await run.result;
      assert.deepEqual(early, []);
      const told = run.events
        .filter((event) => event.kind === "tool-intent")
        .map(({ intent }) => intent.call);
      assert.deepEqual(
        [...told].sort(),
        run.asked.map(({ call }) => call).sort(),
        "what is told is not what is asked",
      );
      assert.equal(new Set(told).size, 3, "three calls were made");
      for (const name of ["a.txt", "b.txt", "c.txt"])
        assert.ok(existsSync(join(stage.workspace, "src", name)), name);
    },
  },
  {
    title: "does not let a refused call happen, and tells the refusal",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([acts(writes("no/b.txt")), ends()]), {
        decide: refusing("no/b.txt"),
      });
      await run.result;
      assert.equal(existsSync(join(stage.workspace, "no")), false);
      const denied = run.events.filter((event) => event.kind === "denied");
      assert.deepEqual(
        denied.map(({ rule }) => rule),
        ["test:no"],
      );
    },
  },
  {
    title: "lets the agent go on after a refusal",
    skip: async ({ runtime }) =>
      (await runtime.probe()).capabilities.continuesAfterDenial
        ? undefined
        : "its client ends the turn after a refusal",
    check: async (stage, { runtime }) => {
      const script = [acts(writes("no/b.txt")), acts(writes("src/a.txt")), ends("after all")];
      const run = runAgent(runtime, stage.spec(script), { decide: refusing("no/b.txt") });
      const result = await run.result;
      assert.equal(existsSync(join(stage.workspace, "src/a.txt")), true);
      assert.deepEqual(result.ending, { kind: "completed" });
      assert.deepEqual(result.claim, { kind: "done", summary: "after all" });
    },
  },
  {
    title: "takes a door that breaks for a closed door",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([acts(writes("src/a.txt")), ends()]), {
        decide: () => Promise.reject(new Error("broken")),
      });
      await run.result;
      assert.equal(existsSync(join(stage.workspace, "src")), false);
      assert.equal(run.events.filter((event) => event.kind === "denied").length, 1);
    },
  },
  {
    title: "ends the run where the door says halt, and the call does not happen",
    check: async (stage, { runtime }) => {
      const run = runAgent(
        runtime,
        stage.spec([acts(writes("src/a.txt")), acts(writes("src/b.txt")), ends()]),
        {
          decide: () => ({ ...REFUSED, halt: true }),
        },
      );
      const result = await run.result;
      assert.notEqual(result.ending.kind, "completed");
      assert.equal(existsSync(join(stage.workspace, "src")), false);
      assert.deepEqual(run.alive(), []);
    },
  },
];
