import { dispositionOf, gateId, type GateSpec, type RunState } from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

const SUM: GateSpec = { id: gateId("sum"), command: "test $(( $(cat src/a) + $(cat src/b) )) -le 3" };

describe("the gates of a session", () => {
  it(
    "blame the later of two changes that are green alone and red together, and have it repaired",
    async () => {
      trial = await trials.open({ "src/a": "1\n", "src/b": "1\n" });
      trial.script("T2F1", [{ write: "src/b", content: "1\n" }, REPORT_DONE]);
      const tasks = [
        {
          id: "T1",
          scope: ["src/a"],
          verify: "test -s src/a",
          steps: [{ write: "src/a", content: "2\n" }, REPORT_DONE],
        },
        {
          id: "T2",
          scope: ["src/b"],
          verify: "test -s src/b",
          steps: [{ write: "src/b", content: "2\n" }, REPORT_DONE],
        },
      ];
      const run = await trial.run({ schedule: trialSchedule(tasks, [SUM]) });
      const told = run.facts.map(({ fact }) => fact);
      expect(told.filter((fact) => fact.type === "gate.blamed")).toMatchObject([
        { gate: "sum", attempt: "T2.1" },
      ]);
      expect(told.flatMap((fact) => (fact.type === "plan.amended" ? [fact.amendment] : []))).toMatchObject([
        { kind: "add-wave" },
        { kind: "add-task", task: { id: "T2F1", source: { kind: "fix", of: "T2" } } },
      ]);
      expect(dispositionsOf(run.state)).toEqual({ T1: "done", T2: "done", T2F1: "done" });
      expect(run.code).toBe(0);
      expect(trial.scratch.git("show", `${run.state.integration.head}:src/b`)).toBe("1\n");
    },
    PATIENCE,
  );

  // conforms: housekeeping-gate
  it.each([
    ["housekeeping", {}, ["gate baseline"]],
    ["a little housekeeping on the express path, and not on the base", { express: true }, []],
  ] as const)(
    "run once after all tasks of %s, one task after the other and nobody reviews",
    async (_what, express, first) => {
      trial = await trials.open({ "src/a": "1\n", "src/b": "1\n" });
      const tasks = ["a", "b"].map((name, at) => ({
        id: `T${at + 1}`,
        scope: [`src/${name}`],
        steps: [{ write: `src/${name}`, content: "2\n" }, REPORT_DONE],
      }));
      const there: GateSpec = { id: gateId("test"), command: "test -s src/b" };
      const front = { session: "housekeeping", agents: "{ default: scripted, reviewer: scripted }" };
      const schedule = { ...trialSchedule(tasks, [there], front), ...express };
      const run = await trial.run({ schedule });
      expect(run.code).toBe(0);
      const told = run.facts.map(({ fact }) => fact);
      const order = told.flatMap((fact) => {
        if (fact.type === "attempt.started" || fact.type === "attempt.exited") return [fact.type];
        return fact.type === "gate.finished" ? [`gate ${fact.run.purpose.kind}`] : [];
      });
      expect(order).toEqual([
        ...first,
        "attempt.started",
        "attempt.exited",
        "attempt.started",
        "attempt.exited",
        "gate final",
      ]);
      expect(run.state.reviews.size).toBe(0);
    },
    PATIENCE,
  );

  it(
    "leave a change unverified where there is none and the task names no check",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const steps = [{ write: "src/a", content: "2\n" }, REPORT_DONE];
      const run = await trial.run({ schedule: trialSchedule([{ id: "T1", scope: ["src/a"], steps }], []) });
      expect(dispositionsOf(run.state)).toEqual({ T1: "carried" });
      expect(run.state.tasks.values().next().value?.carried).toMatch(/^unverified/u);
      expect(run.code).toBe(4);
      expect(run.facts.filter(({ fact }) => fact.type === "gate.finished")).toEqual([]);
    },
    PATIENCE,
  );
});

function dispositionsOf(state: RunState): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    [...state.tasks.values()].map((each) => [each.task.id, dispositionOf(state, each)?.kind]),
  );
}
