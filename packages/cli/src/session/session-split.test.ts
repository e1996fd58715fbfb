import { dispositionOf, explainTask, gateId, taskId, type GateSpec, type Schedule } from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSteeredTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -d src" };
/** Long enough for an agent that does its part on a busy machine. */
const WALL_MS = 15_000;

const trials = useSteeredTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  beforeEach,
  afterEach,
});
const { steering } = trials;
let trial: SessionTrial;

beforeEach(async () => {
  trial = await trials.open({ "src/api/a": "1\n", "src/db/b": "1\n", "src/ui/c": "1\n" });
});

it(
  "a task that runs out of time is done in pieces by directory, with what it had left, and its check is that of the last one",
  async () => {
    const write = (path: string): readonly object[] => [{ write: path, content: "2\n" }, REPORT_DONE];
    trial.script("T1.1", [{ write: "src/db/b", content: "2\n" }, { wait: "for ever" }]);
    trial.script("T1.2", write("src/api/a"));
    trial.script("T1P1", [REPORT_DONE]);
    trial.script("T1P2", write("src/ui/c"));
    const run = await trial.run({ schedule: schedule(), runtimeOptions: { steering: steering.path } });
    expect(run.code).toBe(0);
    const { state, facts } = run;
    const ends = [...state.tasks].map(([id, task]) => `${id} ${dispositionOf(state, task)?.kind}`);
    expect(ends).toEqual(["T1 done", "T1P1 no-op", "T1P2 done"]);
    const { head } = state.integration;
    expect(["api/a", "db/b", "ui/c"].map((path) => trial.scratch.git("show", `${head}:src/${path}`))).toEqual(
      ["2\n", "2\n", "2\n"],
    );
    const why = JSON.stringify(explainTask(facts, taskId("T1P2")));
    expect(why).toContain("T1 keeps src/api/**; +T1P1");
    expect(why).toContain("split:directory");
  },
  PATIENCE,
);

function schedule(): Schedule {
  const verify = "grep -q 2 src/api/a && grep -q 2 src/db/b && grep -q 2 src/ui/c";
  const planned = trialSchedule([{ id: "T1", scope: ["src/**"], verify }], [THERE]);
  const tasks = planned.tasks.map((task) => ({
    ...task,
    limits: { ...task.limits, wallMs: WALL_MS, graceMs: 500 },
  }));
  return { ...planned, tasks };
}
