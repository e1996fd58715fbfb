import {
  openSteering,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  type TrialTask,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

describe("two tasks that share a file", () => {
  it(
    "both land when they edit the same lines, the second by one more attempt on the new head",
    async () => {
      trial = await trials.open({ "src/both": "none\n" });
      const common = { scope: ["src/both"], shared: ["src/both"] };
      const second = {
        "if-attempt": 1,
        then: [{ edit: "src/both", find: "none\n", replace: "two\n" }],
        else: [{ edit: "src/both", find: "one\n", replace: "one\ntwo\n" }],
      };
      const tasks = [
        {
          id: "T1",
          ...common,
          verify: "grep -q one src/both",
          steps: [{ edit: "src/both", find: "none\n", replace: "one\n" }, REPORT_DONE],
        },
        { id: "T2", ...common, verify: "grep -q two src/both", steps: [second, REPORT_DONE] },
      ];
      const run = await trial.run({ schedule: trialSchedule(tasks, []) });
      const told = run.facts.map(({ fact }) => fact);
      expect(told.filter((fact) => fact.type === "candidate.conflicted")).toMatchObject([
        { attempt: "T2.1", paths: ["src/both"] },
      ]);
      const opened = told.flatMap((fact) => (fact.type === "attempt.opened" ? [fact] : []));
      const [first] = run.state.integration.line;
      expect(opened.map(({ attempt, wave, round }) => [attempt, wave, round])).toEqual([
        ["T1.1", 1, 1],
        ["T2.1", 1, 1],
        ["T2.2", 1, 2],
      ]);
      expect(opened[2]).toMatchObject({ base: first?.commit, correction: { rule: "adapt:conflict" } });
      expect(opened[2]?.correction?.brief).toContain("git show");
      expect(run.code).toBe(0);
      expect(trial.scratch.git("show", `${run.state.integration.head}:src/both`)).toBe("one\ntwo\n");
    },
    PATIENCE,
  );

  it(
    "warn the one that still runs of what has landed, with the files and where it would conflict",
    async () => {
      trial = await trials.open({ "src/both": "none\n", "src/b": "b\n" });
      const steering = await openSteering();
      try {
        const common = { scope: ["src/both"], shared: ["src/both"], verify: "test -s src/both" };
        const edit = (replace: string): object => ({ edit: "src/both", find: "none\n", replace });
        const slow = { "if-attempt": 1, then: [edit("two\n"), { wait: "landed" }] };
        const tasks = [
          { id: "T1", ...common, steps: [edit("one\n"), { wait: "edited" }, REPORT_DONE] },
          { id: "T2", ...common, steps: [slow, { write: "src/both", content: "one\ntwo\n" }, REPORT_DONE] },
        ];
        const schedule = trialSchedule(tasks, []);
        const holder = trial.start({ schedule, runtimeOptions: { steering: steering.path } });
        await steering.arrived("landed");
        steering.release("edited");
        await holder.heard("attempt.nudged", 1);
        steering.release("landed");
        const end = await holder.ended;
        const { facts, state } = await trial.read();
        const told = facts.map(({ fact }) => fact);
        expect(told.filter((fact) => fact.type === "attempt.overlapped")).toEqual([
          {
            type: "attempt.overlapped",
            attempt: "T2.1",
            landed: "T1.1",
            commit: state.integration.line[0]?.commit,
            paths: ["src/both"],
            conflicts: ["src/both"],
          },
        ]);
        expect(told.filter((fact) => fact.type === "attempt.nudged")).toMatchObject([{ attempt: "T2.1" }]);
        expect(end.code).toBe(0);
        expect(trial.scratch.git("show", `${state.integration.head}:src/both`)).toBe("one\ntwo\n");
      } finally {
        await steering.close();
      }
    },
    PATIENCE,
  );

  it(
    "and a third that waits for them, all without a worktree of their own, start where their group does",
    async () => {
      trial = await trials.open({ "src/a": "1\n", "src/b": "1\n", "src/c": "1\n" });
      const task = (id: string, file: string, more: readonly string[] = []): TrialTask => ({
        id,
        scope: [file],
        verify: `grep -qx 2 ${file}`,
        steps: [{ write: file, content: "2\n" }, REPORT_DONE],
        more,
      });
      const tasks = [task("T1", "src/a"), task("T2", "src/b"), task("T3", "src/c", ["depends: T1, T2"])];
      const run = await trial.run({ schedule: trialSchedule(tasks, [], { isolation: "none" }) });
      expect(run.facts.filter(({ fact }) => fact.type === "workspace.failed")).toEqual([]);
      expect(run.facts.filter(({ fact }) => fact.type === "attempt.opened")).toHaveLength(3);
      expect(run.code).toBe(0);
    },
    PATIENCE,
  );
});
