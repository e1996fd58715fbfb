import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { gateId, type GateSpec } from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -s src/a" };

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

describe("a session whose report or journal cannot be written", () => {
  it(
    "keeps its own exit code where only the report is refused, and says so",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      mkdirSync(join(dirname(trial.journal), "report.md", "in the way"), { recursive: true });
      const run = await trial.run({ schedule: schedule() });
      expect([run.code, run.failures]).toEqual([0, ["BW778"]]);
      expect(run.lines.at(-1)).toMatchObject({ type: "session.result", phase: "settled", exit: 0 });
    },
    PATIENCE,
  );

  it(
    "stops with the failure of the journal, and the next process goes on from what was acknowledged",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const launcher = ["sh", "-c", 'ulimit -f 8; exec "$@"', "limited"];
      const stopped = await trial.run({ schedule: schedule(), launcher });
      expect([stopped.code, stopped.failures]).toEqual([8, ["BW503"]]);
      const resumed = await trial.run({});
      expect(resumed.code).toBe(0);
      expect(resumed.facts.slice(0, stopped.facts.length)).toEqual(stopped.facts);
    },
    PATIENCE,
  );
});

function schedule(): ReturnType<typeof trialSchedule> {
  const steps = [{ write: "src/a", content: "2\n" }, REPORT_DONE];
  return trialSchedule([{ id: "T1", scope: ["src/a"], steps }], [THERE]);
}
