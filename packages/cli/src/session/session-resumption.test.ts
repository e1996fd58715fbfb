import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject, parseJson, scriptedRuntime, textOf } from "@breakwater/agents";
import {
  attemptId,
  dispositionOf,
  gateId,
  taskId,
  type AgentRecord,
  type Fact,
  type GateSpec,
  type Schedule,
} from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionProcess,
  type SessionTrial,
  type TrialStory,
  PATIENCE,
  useSteeredTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -d src" };

/** What `go` would have recorded of the scripted agent. */
const AGENTS: readonly AgentRecord[] = [
  {
    name: "scripted",
    guarantees: { ...scriptedRuntime.measured?.rows },
    door: { outcome: "built-in", detail: "", ms: 0 },
  },
];

const trials = useSteeredTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  beforeEach,
  afterEach,
});
const { steering } = trials;
let trial: SessionTrial;

beforeEach(async () => {
  trial = await trials.open({ "src/first": "1\n" });
});

describe("an agent whose host is killed in the middle of its work", () => {
  it(
    "goes on with its conversation on the files it had left, and makes no call again",
    async () => {
      const holder = start();
      await killHost(holder);
      expect((await holder.ended).code).toBe(0);
      const story = await trial.read();
      expectResumed(story);
      expect(trial.counted()).toEqual(["one", "two"]);
      expect(story.state.integration.tree).toBe(await undisturbedTree());
    },
    PATIENCE,
  );

  it(
    "goes on with it also where the coordinator died first and never heard of the conversation again",
    async () => {
      const holder = start();
      await steering.arrived("mid", "T1.1");
      const { state } = await started(holder);
      holder.signal("SIGKILL");
      await holder.ended;
      process.kill(state.attempts.get(FIRST)?.started?.pid ?? 0, "SIGKILL");
      const run = await trial.run({ runtimeOptions: { steering: steering.path } });
      expect(run.code).toBe(0);
      expectResumed(run);
      expect(trial.counted()).toEqual(["one", "two"]);
    },
    PATIENCE,
  );

  it(
    "starts anew, once and on the files it had left, where the conversation is gone",
    async () => {
      const holder = start();
      await steering.arrived("mid", "T1.1");
      rmSync(join(dirname(trial.journal), "conversations"), { recursive: true });
      await killHost(holder);
      await steering.arrived("mid", "T1.3");
      steering.release("mid");
      expect((await holder.ended).code).toBe(0);
      const { facts, state } = await trial.read();
      expect(rulesOf(facts.map(({ fact }) => fact))).toEqual([undefined, "resume:lost", "resume:failed"]);
      expect(state.attempts.get(attemptId(taskId("T1"), 3))?.correction?.carry).toBeDefined();
      expect([...state.tasks.values()].map((task) => dispositionOf(state, task)?.kind)).toEqual(["done"]);
      expect(trial.counted()).toEqual(["one", "one", "two"]);
    },
    PATIENCE,
  );
});

const FIRST = attemptId(taskId("T1"), 1);
const SECOND = attemptId(taskId("T1"), 2);

function start(): SessionProcess {
  const runtimeOptions = { steering: steering.path };
  return trial.start({ schedule: schedule(trial), agents: AGENTS, runtimeOptions });
}

function schedule(at: SessionTrial): Schedule {
  const steps = [
    at.counting("one"),
    { write: "src/1", content: "half\n" },
    { wait: "mid" },
    at.counting("two"),
    { edit: "src/1", find: "half", replace: "whole" },
    REPORT_DONE,
  ];
  return trialSchedule([{ id: "T1", scope: ["src/1"], steps }], [THERE]);
}

async function started(holder: SessionProcess): Promise<TrialStory> {
  await holder.heard("attempt.started");
  return trial.read();
}

async function killHost(holder: SessionProcess): Promise<void> {
  await steering.arrived("mid", "T1.1");
  const { state } = await started(holder);
  process.kill(state.attempts.get(FIRST)?.started?.pid ?? 0, "SIGKILL");
}

function rulesOf(facts: readonly Fact[]): readonly (string | undefined)[] {
  return facts.flatMap((fact) => (fact.type === "attempt.opened" ? [fact.correction?.rule] : []));
}

/** Two attempts, one conversation: by the journal, and by what the second agent itself says. */
function expectResumed({ facts, state }: TrialStory): void {
  expect(rulesOf(facts.map(({ fact }) => fact))).toEqual([undefined, "resume:lost"]);
  const [first, second] = [state.attempts.get(FIRST), state.attempts.get(SECOND)];
  expect(first?.report?.ending.kind).toBe("lost");
  const session = first?.report?.runtimeSession;
  expect(session).toMatch(/^[0-9a-f-]{36}$/u);
  expect(second?.correction).toMatchObject({
    resume: { session, from: FIRST },
    carry: first?.result?.commit,
  });
  expect(second?.report).toMatchObject({ ending: { kind: "completed" }, runtimeSession: session });
  // The edit alone: what counts a start asks no door and is no call.
  expect(second?.usage?.toolCalls).toBe(1);
  expect(toldSession(SECOND)).toBe(session);
}

function toldSession(attempt: string): string | undefined {
  const file = join(dirname(trial.journal), "agents", `${attempt}.ndjson`);
  const events = readFileSync(file, "utf8").split("\n").map(parseJson);
  const told = events.find((event) => isJsonObject(event) && event.kind === "session");
  return isJsonObject(told) ? textOf(told.id) : undefined;
}

/** The tree that the same plan comes to where nothing happens to its agent. */
async function undisturbedTree(): Promise<string> {
  const other = await trials.open({ "src/first": "1\n" });
  steering.release("mid");
  const run = await other.run({
    schedule: schedule(other),
    agents: AGENTS,
    runtimeOptions: { steering: steering.path },
  });
  expect([run.code, other.counted()]).toEqual([0, ["one", "two"]]);
  return run.state.integration.tree;
}
