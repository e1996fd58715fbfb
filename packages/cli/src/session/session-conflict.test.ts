import { fileURLToPath } from "node:url";
import type { CommandLine } from "@breakwater/agents";
import {
  bundleSessionProgram,
  openSessionTrial,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("session-program.test-support.ts", import.meta.url));
const PATIENCE = 240_000;

let program: CommandLine;
let trial: SessionTrial;

beforeAll(async () => {
  program = await bundleSessionProgram(PROGRAM);
}, PATIENCE);

afterEach(() => {
  const left = trial.leftovers();
  trial.dispose();
  expect(left).toEqual([]);
});

describe("two tasks that share a file", () => {
  it(
    "both land when they edit the same lines, the second by one more attempt on the new head",
    async () => {
      trial = await openSessionTrial(program, { "src/both": "none\n" });
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
      expect(run.code).toBe(0);
      expect(trial.scratch.git("show", `${run.state.integration.head}:src/both`)).toBe("one\ntwo\n");
    },
    PATIENCE,
  );
});
