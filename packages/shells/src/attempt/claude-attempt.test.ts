import { join } from "node:path";
import {
  bundleAttemptEntry,
  claudeCall,
  claudeScratch,
  clientProgram,
  clientsFolder,
  modelScript,
  noteClientRan,
  openAttemptTrial,
  scriptMark,
  startModelServer,
  withoutClient,
  writes,
  type AttemptTrial,
  type ModelServer,
  type ModelStep,
  type TrialOrder,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { CommandLine } from "@breakwater/agents";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());

let program: CommandLine;
let trial: AttemptTrial;
let server: ModelServer;

beforeAll(async () => {
  program = await bundleAttemptEntry();
});
beforeEach(async () => {
  trial = openAttemptTrial(program);
  server = await startModelServer();
});
afterEach(async () => {
  await server.close();
  await trial.close();
});

const write = (path: string): ModelStep => ({ kind: "reply", calls: [claudeCall(writes(path))] });
const done: ModelStep = {
  kind: "reply",
  calls: [{ tool: "StructuredOutput", input: { status: "done", summary: "all" } }],
};

function claude(steps: readonly ModelStep[], order: TrialOrder = {}): TrialOrder {
  server.play("story", modelScript(steps));
  noteClientRan("claude");
  return {
    agent: "claude",
    prompt: `Do it. ${scriptMark("story")}`,
    environment: claudeScratch(join(trial.folder, "home"), server.url),
    ...order,
  };
}

describe.skipIf(clientProgram("claude") === undefined)(
  `an attempt of the real Claude${withoutClient("claude")}`,
  () => {
    it("is refused what is out of scope, goes on, and is reported with what it consumed", async () => {
      const { report, events } = await trial.run(claude([write("docs/no.md"), write("src/a.txt"), done]));
      expect(report).toMatchObject({
        ending: { kind: "completed" },
        claim: { kind: "done", summary: "all" },
      });
      expect(report.usage).toMatchObject({
        turns: 3,
        toolCalls: 2,
        denials: 1,
        inputTokens: 3_000,
        outputTokens: 60,
      });
      expect(report.usage.usd).toBeGreaterThan(0);
      expect(events.filter(({ kind }) => kind === "denied")).toHaveLength(1);
      expect(server.requests).toHaveLength(3);
    });

    it("is ended by the wall clock where the provider never answers, and leaves nothing", async () => {
      const limits = { wallMs: 15_000, graceMs: 100 };
      const { report } = await trial.run(claude([{ kind: "dead" }], { limits }));
      expect(report.ending).toEqual({ kind: "limit", limit: "wall" });
      expect(server.requests.length).toBeGreaterThan(0);
    }, 90_000);

    it("is told to wrap up at its limit of turns, and may still report", async () => {
      const steps = [write("src/a.txt"), write("src/b.txt"), done, done];
      const { report } = await trial.run(claude(steps, { limits: { turns: 1 } }));
      expect(report.ending).toEqual({ kind: "limit", limit: "turns" });
      expect(JSON.stringify(server.requests.at(-1)?.body)).toContain(
        "The limit of turns for this task is reached",
      );
    });
  },
);
