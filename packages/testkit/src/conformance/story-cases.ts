import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentEvent } from "@breakwater/agents";
import { acts, ends, holds, runs, writes } from "./act.ts";
import type { ConformanceCase } from "./conformance.ts";
import { runAgent } from "./trial-run.ts";

/** What a run that goes well looks like. */
export const STORY_CASES: readonly ConformanceCase[] = [
  {
    title: "finds its client without starting a run, and says what it can do",
    check: async (_, { runtime }) => {
      const probe = await runtime.probe();
      assert.equal(probe.found, true, JSON.stringify(probe.problems));
      assert.notEqual(probe.version ?? "", "");
    },
  },
  {
    title: "tells a run in order: a turn, the call, its result, the last word; and claims are read from it",
    check: async (stage, { runtime }) => {
      const spec = stage.spec([
        acts(writes("src/a.txt", "one\n")),
        acts({ act: "read", path: "src/a.txt" }),
        acts({ act: "edit", path: "src/a.txt", find: "one", replace: "two" }),
        acts(runs("cat src/a.txt")),
        ends("two is there"),
      ]);
      const run = runAgent(runtime, spec);
      const result = await run.result;
      assert.deepEqual(result.ending, { kind: "completed" });
      assert.equal(result.exitCode, 0);
      assert.deepEqual(result.claim, { kind: "done", summary: "two is there" });
      assert.equal(readFileSync(join(stage.workspace, "src/a.txt"), "utf8"), "two\n");
      const story = run.events.map(({ kind }) => kind);
      assert.ok(story.indexOf("turn") < story.indexOf("tool-intent"), story.join(" "));
      assert.ok(story.filter((kind) => kind === "turn").length >= 1, "no turn was told");
      for (const intent of intentsOf(run.events)) {
        const told = run.events.findIndex(
          (event) => event.kind === "tool-intent" && event.intent.call === intent.call,
        );
        const done = run.events.findIndex(
          (event) => event.kind === "tool-result" && event.call === intent.call,
        );
        assert.ok(told < done, `the result of ${intent.tool} was not told after the call`);
      }
    },
  },
  {
    title: "names the kind, the path and the arguments of each call as the client wrote them",
    check: async (stage, { runtime, client }) => {
      const run = runAgent(
        runtime,
        stage.spec([acts(writes("src/a.txt", "alpha\n")), acts(runs("echo beta")), ends()]),
      );
      await run.result;
      const [write, shell] = [
        run.asked.find(({ kind }) => kind === "write"),
        run.asked.find(({ kind }) => kind === "exec"),
      ];
      assert.ok(
        write?.paths.some((path) => path.endsWith("src/a.txt")),
        JSON.stringify(run.asked),
      );
      assert.ok(shell?.command?.includes("echo beta"), JSON.stringify(run.asked));
      // A script has no arguments of a client's own.
      if (client !== undefined)
        assert.ok(JSON.stringify(write?.input ?? {}).includes("alpha"), JSON.stringify(write));
    },
  },
  {
    title: "leaves nothing in the workspace but what the agent wrote",
    check: async (stage, { runtime }) => {
      await runAgent(runtime, stage.spec([acts(writes("src/a.txt")), ends()])).result;
      const files = readdirSync(stage.workspace, { recursive: true, encoding: "utf8" });
      assert.deepEqual(files.filter((path) => !/^\.git(?:\/|$)/u.test(path)).sort(), [
        "README.md",
        "src",
        "src/a.txt",
      ]);
    },
  },
  {
    title: "starts its client by the host alone, in the workspace",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([ends()]));
      await run.result;
      assert.ok(run.launches.length >= 1, "nothing was launched by the host");
      for (const launch of run.launches) assert.equal(launch.cwd, stage.workspace);
    },
  },
  {
    title: "keeps what it does not know as raw and goes on",
    check: async (stage, { runtime, strangeLine }) => {
      const run = runAgent(runtime, stage.spec([ends()]), { strangeLine });
      assert.deepEqual((await run.result).ending, { kind: "completed" });
      const raw = run.events.filter((event) => event.kind === "raw");
      assert.ok(
        raw.some(({ text }) => text.includes("never-heard-of")),
        JSON.stringify(raw),
      );
    },
  },
  {
    title: "tells consumption as differences that add up to what the model used",
    skip: async ({ usagePerTurn }) => (usagePerTurn === undefined ? "it reports no usage" : undefined),
    check: async (stage, { runtime, usagePerTurn }) => {
      const run = runAgent(
        runtime,
        stage.spec([acts(writes("src/a.txt")), acts(writes("src/b.txt")), ends()]),
      );
      await run.result;
      const requests = stage.requests?.() ?? 3;
      const { inputTokens = 0, outputTokens = 0 } = usagePerTurn ?? {};
      assert.deepEqual(consumed(run.events), {
        input: inputTokens * requests,
        output: outputTokens * requests,
      });
    },
  },
  {
    title: "tells consumption while the agent works",
    skip: async ({ runtime, usagePerTurn }) =>
      usagePerTurn === undefined || !(await runtime.probe()).capabilities.liveUsage
        ? "it reports usage at the end only"
        : undefined,
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([acts(writes("src/a.txt")), holds("end", ends())]));
      await stage.held("end");
      await run.heard("usage");
      assert.ok(existsSync(join(stage.workspace, "src/a.txt")));
      stage.release("end");
      await run.result;
    },
  },
  {
    title: "goes on with a conversation by its id",
    skip: async ({ runtime }) =>
      (await runtime.probe()).capabilities.resume ? undefined : "it cannot resume",
    check: async (stage, { runtime }) => {
      const first = await runAgent(runtime, stage.spec([acts(writes("src/a.txt")), ends("first")])).result;
      assert.notEqual(first.runtimeSession ?? "", "");
      const before = stage.requests?.() ?? 0;
      const spec = {
        ...stage.spec([acts(writes("src/b.txt")), ends("second")]),
        prompt: "Go on.",
        resume: first.runtimeSession ?? "",
      };
      const second = runAgent(runtime, spec);
      const result = await second.result;
      assert.deepEqual(result.ending, { kind: "completed" });
      assert.deepEqual(result.claim, { kind: "done", summary: "second" });
      assert.equal(result.runtimeSession, first.runtimeSession);
      // A subject without a model asks nobody; what it does again shows at the door.
      if (stage.requests !== undefined)
        assert.equal(stage.requests(), before + 2, "the finished part was asked for again");
      assert.equal(second.asked.filter(({ kind }) => kind === "write").length, 1);
      assert.ok(existsSync(join(stage.workspace, "src/b.txt")));
    },
  },
  {
    title: "fails before its first turn where there is no conversation of the id",
    skip: async ({ runtime }) =>
      (await runtime.probe()).capabilities.resume ? undefined : "it cannot resume",
    check: async (stage, { runtime }) => {
      const resume = "00000000-0000-4000-8000-000000000000";
      const run = runAgent(runtime, { ...stage.spec([ends()]), prompt: "Go on.", resume });
      const { ending } = await run.result;
      const ofClient = ending.kind === "error" && ["crash", "protocol"].includes(ending.class);
      assert.ok(ending.kind === "failed" || ofClient, JSON.stringify(ending));
      assert.deepEqual(
        run.events.filter(({ kind }) => kind === "turn" || kind === "tool-intent"),
        [],
      );
      assert.equal(stage.requests?.() ?? 0, 0);
    },
  },
  {
    title: "hands a message to the agent while it works",
    skip: async ({ runtime }) =>
      (await runtime.probe()).capabilities.steer ? undefined : "it takes no messages",
    check: async (stage, { runtime }) => {
      const run = runAgent(runtime, stage.spec([holds("mid", acts(writes("src/a.txt"))), ends(), ends()]));
      await stage.held("mid");
      assert.equal(await run.agent.steer?.("a word from the host"), true);
      stage.release("mid");
      assert.deepEqual((await run.result).ending, { kind: "completed" });
      assert.notEqual(stage.told?.("a word from the host"), false, "the model never heard it");
      assert.equal(await run.agent.steer?.("too late"), false);
    },
  },
];

function intentsOf(
  events: readonly AgentEvent[],
): readonly { readonly call: string; readonly tool: string }[] {
  return events.flatMap((event) => (event.kind === "tool-intent" ? [event.intent] : []));
}

function consumed(events: readonly AgentEvent[]): { readonly input: number; readonly output: number } {
  const deltas = events.flatMap((event) => (event.kind === "usage" ? [event.delta] : []));
  const sum = (key: "inputTokens" | "outputTokens"): number =>
    deltas.reduce((total, delta) => total + (delta[key] ?? 0), 0);
  return { input: sum("inputTokens"), output: sum("outputTokens") };
}
