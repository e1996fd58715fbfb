import { dispositionOf, outcomeOf, type RunState } from "@breakwater/core";
import {
  linesOfType,
  lostCommits,
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

describe("a budget of money", () => {
  it(
    "lets what was paid for land, starts nothing that does not fit, and ends with exit 6",
    async () => {
      const tasks = [task("T1", 0.9), task("T2", 0.1)];
      const run = await play(tasks);
      expect(run.code).toBe(6);
      expect(reasonOf(run)).toMatch(/^budget: the session reached its limit of usd: 0.9 of 1 used$/);
      expect(dispositions(run.state)).toEqual(["T1 done", "T2 carried"]);
      expect(run.state.tasks.size).toBe(2);
      expect([...run.state.attempts.keys()]).toEqual(["T1.1"]);
    },
    PATIENCE,
  );

  it(
    "stops an agent that spends beyond what is left, and keeps its partial result under a ref",
    async () => {
      const spree = { loop: "forever", do: [{ spend: { usd: 0.3 } }, { read: "src/readme" }, { sleep: 20 }] };
      const steps = [{ write: "src/T1", content: "half\n" }, spree];
      const run = await play([{ id: "T1", scope: ["src/T1"], steps }]);
      expect(run.code).toBe(6);
      expect(dispositions(run.state)).toEqual(["T1 carried"]);
      const attempts = [...run.state.attempts.values()];
      expect(attempts.map((each) => each.result?.changed)).toEqual([1]);
      expect(["limit", "stopped"]).toContain(attempts.map((each) => outcomeOf(run.state, each)?.cause)[0]);
      expect(lostCommits(trial.scratch, run.facts)).toEqual([]);
    },
    PATIENCE,
  );
});

const task = (id: string, usd: number) => ({
  id,
  scope: [`src/${id}`],
  verify: `test -s src/${id}`,
  steps: [{ spend: { usd } }, { write: `src/${id}`, content: `${id}\n` }, REPORT_DONE],
});

async function play(tasks: Parameters<typeof trialSchedule>[0]): ReturnType<SessionTrial["run"]> {
  trial = await trials.open({ "src/readme": "here\n" });
  const front = { agents: "{ default: scripted, max-parallel: 1 }", budget: "{ usd: 1 }" };
  return trial.run({ schedule: trialSchedule(tasks, [], front) });
}

function reasonOf(run: Parameters<typeof linesOfType>[0]): unknown {
  return linesOfType(run, "session.result")[0]?.reason;
}

function dispositions(state: RunState): readonly string[] {
  return [...state.tasks.values()].map((each) => `${each.task.id} ${dispositionOf(state, each)?.kind}`);
}
