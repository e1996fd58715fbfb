import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dispositionOf, gateId, taskId, type Fact, type FactType, type GateSpec } from "@breakwater/core";
import {
  lostCommits,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSteeredTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCaptured } from "../captured-run.ts";

const THERE: GateSpec = { id: gateId("there"), command: "test -s src/sum" };
const FAULT = { confidence: 90, dimension: "implementation", class: "in-scope-blocker" } as const;
const MARKS = Object.fromEntries(["implementation", "tests", "security"].map((each) => [each, "pass"]));

const trials = useSteeredTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  beforeEach,
  afterEach,
});
const { steering } = trials;
let trial: SessionTrial;

beforeEach(async () => {
  trial = await trials.open({ "src/sum": "nothing yet\n" });
});

describe("a session with a reviewer", () => {
  // conforms: reviewer, reviewer-content, close-review
  it(
    "has a planted fault found and repaired, rejects what is not so, and survives a kill in the review",
    async () => {
      const found = [
        { ...FAULT, claim: "The sum is wrong", file: "./src/sum", line: 1, check: "grep -q '= 3' src/sum" },
        { ...FAULT, claim: "The last line is wrong", file: "src/sum", line: 99 },
        { ...FAULT, claim: "The sum is negative", file: "src/sum", check: "grep -q '= -' src/sum # no" },
        { ...FAULT, confidence: 60, claim: "The name is odd", file: "src/sum" },
        { ...FAULT, confidence: 20, claim: "It may be slow" },
      ];
      reviewer("review-1", "fix-required", found, [
        { shell: "git diff --stat HEAD~1 HEAD" },
        { write: "src/mine", content: "mine\n" },
        { wait: "in review" },
      ]);
      reviewer("review-2", "proceed", []);
      trial.script("T1R1", [{ write: "src/sum", content: "1 + 1 = 2\n" }, REPORT_DONE]);
      const runtimeOptions = { steering: steering.path };

      const first = trial.start({ schedule: schedule(), runtimeOptions });
      await steering.arrived("in review");
      await first.heard("attempt.started", 2);
      first.signal("SIGKILL");
      expect(await first.ended).toMatchObject({ signal: "SIGKILL" });
      const second = trial.start({ runtimeOptions });
      await second.heard("attempt.adopted", 1);
      steering.release("in review");
      expect((await second.ended).code).toBe(0);

      const { facts, state } = await trial.read();
      const told = facts.map(({ fact }) => fact);
      expect(
        ofType(told, "attempt.opened").map(({ attempt, reviewing }) => [attempt, reviewing?.review]),
      ).toEqual([
        ["T1.1", undefined],
        ["review-1.1", "review-1"],
        ["T1R1.1", undefined],
        ["review-2.1", "review-2"],
      ]);
      expect(ofType(told, "scope.denied").map(({ attempt, path }) => [attempt, path])).toEqual([
        ["review-1.1", "src/mine"],
      ]);
      const [review] = ofType(told, "review.finished");
      expect(review?.findings.map(({ claim }) => claim)).toEqual(["The sum is wrong", "The name is odd"]);
      expect(review?.rejected.map(({ reason }) => reason)).toEqual([
        "src/sum has 1 lines, and line 99 is none of them",
        "its command does not show the fault: exit 1",
      ]);
      expect([review?.verdict, review?.dropped]).toEqual(["fix-required", 1]);
      const repair = state.tasks.get(taskId("T1R1"));
      expect(repair?.task.verify).toEqual(["! ( grep -q '= 3' src/sum\n)"]);
      expect(repair === undefined ? undefined : dispositionOf(state, repair)?.kind).toBe("done");
      expect(trial.scratch.git("show", `${state.integration.head}:src/sum`)).toBe("1 + 1 = 2\n");
      expect(lostCommits(trial.scratch, facts)).toEqual([]);

      const report = readFileSync(join(dirname(trial.journal), "report.md"), "utf8");
      expect(report).toMatch(/the reviewer says fix-required.*1 sure, 1 possible, 2 rejected, 1 too unsure/u);
      expect(report).toMatch(/The sum is wrong .*90.*repaired: T1R1/u);
      expect(report).toMatch(/The name is odd .*60.*possible/u);
      expect(report).toMatch(/The last line is wrong .*rejected: src\/sum has 1 lines/u);
      expect(await said("status")).toMatch(
        /review wave 1: fix-required, 1 sure.*\n.*review wave 2: proceed/u,
      );
      expect(await said("why", "review-1")).toMatch(/\[wave:review\][\s\S]*The sum is wrong[\s\S]*T1R1/u);
      expect(await said("close", "--dry-run")).toMatch(/review {2}wave 2: proceed, 0 sure/u);
    },
    PATIENCE,
  );

  // conforms: reviewer, close-review
  it(
    "calls a review unknown where its reviewer wrote past the door, and goes on",
    async () => {
      reviewer("reviewer", "proceed", [], [{ smuggle: "src/sum", content: "mine\n" }]);
      const run = await trial.run({ schedule: schedule() });
      expect(run.code).toBe(0);
      const why = "there is no review of wave 1: the reviewer changed 1 file";
      expect(run.state.reviews.get("review-1")).toMatchObject({ kind: "unknown", failure: { message: why } });
      expect(trial.scratch.git("show", `${run.state.integration.head}:src/sum`)).toBe("1 + 1 = 3\n");
      expect(readFileSync(join(dirname(trial.journal), "report.md"), "utf8")).toContain(
        `unknown: BW760 ${why}`,
      );
      expect(await said("close", "--dry-run")).toContain(`review  wave 1: unknown (BW760 ${why})`);
    },
    PATIENCE,
  );
});

/** One task that plants the fault, and a reviewer after it. */
function schedule(): ReturnType<typeof trialSchedule> {
  const steps = [{ write: "src/sum", content: "1 + 1 = 3\n" }, REPORT_DONE];
  const agents = "{ default: scripted, reviewer: scripted }";
  return trialSchedule([{ id: "T1", scope: ["src/sum"], steps }], [THERE], { agents });
}

function reviewer(
  name: string,
  verdict: string,
  findings: readonly object[],
  before: readonly object[] = [],
): void {
  const review = { verdict, dimensions: MARKS, findings };
  trial.script(name, [...before, { report: "done", summary: "reviewed", review }]);
}

function ofType<Type extends FactType>(
  facts: readonly Fact[],
  type: Type,
): readonly Extract<Fact, { readonly type: Type }>[] {
  return facts.filter((fact): fact is Extract<Fact, { readonly type: Type }> => fact.type === type);
}

async function said(...argv: readonly string[]): Promise<string> {
  const run = await runCaptured(argv, { cwd: trial.scratch.root });
  expect([argv[0], run.stderr]).toEqual([argv[0], ""]);
  return run.stdout;
}
