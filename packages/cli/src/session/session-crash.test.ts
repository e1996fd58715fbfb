import { dirname, join } from "node:path";
import { dispositionOf, gateId, type GateSpec, type Schedule } from "@breakwater/core";
import {
  fileAppears,
  lostCommits,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSteeredTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const THERE: GateSpec = { id: gateId("there"), command: "test -d src" };
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

const trials = useSteeredTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  beforeEach,
  afterEach,
});
const { steering } = trials;
let trial: SessionTrial;

beforeEach(async () => {
  trial = await openTrial();
});

describe("a coordinator that is killed", () => {
  it(
    "is succeeded by one that collects what ended, adopts what runs and starts nothing twice",
    async () => {
      const runtimeOptions = { steering: steering.path };
      const first = trial.start({ schedule: schedule(trial), runtimeOptions });
      await Promise.all([1, 2, 3, 4].map((n) => steering.arrived(`go ${n}`)));
      await first.heard("attempt.started", 4);
      first.signal("SIGKILL");
      expect(await first.ended).toMatchObject({ signal: "SIGKILL" });

      for (const n of [1, 2]) steering.release(`go ${n}`);
      await Promise.all([1, 2].map((n) => fileAppears(resultFile(trial, n))));
      const second = trial.start({ runtimeOptions });
      // Where adoption calls the living lost, a third exit comes before the second adoption: seen red once.
      const adoption = second.heard("attempt.adopted", 2).then(() => "adopted");
      const loss = second.heard("attempt.exited", 3).then(() => "lost");
      expect(await Promise.race([adoption, loss])).toBe("adopted");
      for (const n of NUMBERS) steering.release(`go ${n}`);
      const end = await second.ended;

      const { facts, state } = await trial.read();
      const told = facts.map(({ fact }) => fact);
      const adopted = told.flatMap((fact) => (fact.type === "attempt.adopted" ? [fact.attempt] : []));
      expect(adopted.toSorted()).toEqual(["T3.1", "T4.1"]);
      const since = told.findLastIndex((fact) => fact.type === "coordinator.started");
      const before = told.findIndex((fact, at) => at > since && fact.type === "attempt.adopted");
      const exits = told.flatMap((fact, at) =>
        fact.type === "attempt.exited" ? [{ at, id: fact.attempt }] : [],
      );
      expect(exits.filter(({ at }) => at > since).length).toBe(8);
      expect(before).toBeGreaterThan(since);
      expect(exits.map(({ id }) => id).toSorted()).toEqual(NUMBERS.map((n) => `T${n}.1`));
      expect(trial.counted().toSorted()).toEqual(NUMBERS.map((n) => `T${n}`));
      expect([...state.tasks.values()].map((task) => dispositionOf(state, task)?.kind)).toEqual(
        NUMBERS.map(() => "done"),
      );
      expect(lostCommits(trial.scratch, facts)).toEqual([]);
      expect(end.code).toBe(0);
      expect(state.integration.tree).toBe(await undisturbedTree());
    },
    PATIENCE,
  );
});

function openTrial(): Promise<SessionTrial> {
  return trials.open({ "src/first": "1\n" });
}

function schedule(at: SessionTrial): Schedule {
  const tasks = NUMBERS.map((n) => ({
    id: `T${n}`,
    scope: [`src/${n}`],
    steps: [at.counting(`T${n}`), { wait: `go ${n}` }, { write: `src/${n}`, content: `${n}\n` }, REPORT_DONE],
  }));
  return trialSchedule(tasks, [THERE], { "agents-per-wave": 8 });
}

function resultFile(at: SessionTrial, n: number): string {
  return join(dirname(at.journal), "attempts", `T${n}.1.result.json`);
}

/** The tree that the same plan comes to where nothing happens to its coordinator. */
async function undisturbedTree(): Promise<string> {
  const other = await openTrial();
  const run = await other.run({ schedule: schedule(other), runtimeOptions: { steering: steering.path } });
  expect([run.code, other.counted().length]).toEqual([0, 8]);
  return run.state.integration.tree;
}
