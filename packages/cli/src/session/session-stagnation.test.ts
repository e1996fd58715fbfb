import { readFileSync } from "node:fs";
import { join } from "node:path";
import { attemptId, explainTask, gateId, replay, taskId, type GateSpec } from "@breakwater/core";
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

describe("a loop in a session", () => {
  it(
    "is told, ended, explained and written into the event log once, also when the session is taken up again",
    async () => {
      trial = await trials.open({ "src/a": "function one() {\n  return 1;\n}\n" });
      const spin = { loop: "forever", do: [{ edit: "src/a", find: "nowhere", replace: "x" }] };
      const steps = [{ "if-attempt": 1, then: [spin] }, { write: "src/a", content: "2\n" }, REPORT_DONE];
      const run = await trial.run({
        schedule: trialSchedule([{ id: "T1", scope: ["src/a"], steps }], [THERE]),
      });
      const loops = run.facts.flatMap(({ fact }) => (fact.type === "attempt.stagnated" ? [fact] : []));
      expect(
        loops.map(({ detection, response }) => `${detection.pattern} ${detection.level} ${response}`),
      ).toEqual(["error-echo suspicion recorded", "error-echo nudge nudged", "error-echo stop stopped"]);
      expect(run.code).toBe(0);
      const log = (): string =>
        readFileSync(join(trial.repository.root, ".orchestrator/metrics/events.jsonl"), "utf8");
      const once = log();
      expect(once.trimEnd().split("\n")).toHaveLength(1);
      expect(JSON.parse(once)).toMatchObject({
        event: "stagnation_detected",
        wave: 1,
        agent: "T1.1",
        pattern: "error-echo",
        error_class: "edit-format-friction",
        file: "src/a",
        occurrences: 3,
      });
      await trial.run({});
      expect(log()).toBe(once);
      const why = JSON.stringify(explainTask(run.facts, taskId("T1")));
      expect(why).toContain("repeats itself, error-echo");
      expect(why).toContain("the agent was told");
      const { attempts } = replay(run.facts);
      expect(attempts.size).toBe(2);
      expect(attempts.get(attemptId(taskId("T1"), 2))?.correction?.brief).toContain(
        "Look at these lines of src/a as the attempt left it: lines 1-3 (one).",
      );
    },
    PATIENCE,
  );
});
