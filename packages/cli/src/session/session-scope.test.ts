import { dispositionOf, gateId, taskId, type Fact, type GateSpec, type RunState } from "@breakwater/core";
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

const inScope = { write: "src/a", content: "2\n" };

describe("a scope", () => {
  it(
    "refuses a write by tool, and the agent goes on and lands",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const steps = [{ write: "other/x", content: "stray\n" }, inScope, REPORT_DONE];
      const run = await trial.run({
        schedule: trialSchedule([{ id: "T1", scope: ["src/**"], steps }], [THERE]),
      });
      expect(factsOf(run, "scope.denied")).toMatchObject([
        { attempt: "T1.1", path: "other/x", rule: "guard:out-of-scope", allowed: false },
      ]);
      expect(factsOf(run, "candidate.audited")).toMatchObject([{ attempt: "T1.1", held: [] }]);
      expect(landed(run.state)).toBe("src/a\n");
      expect([run.code, dispositionOfT1(run.state)]).toEqual([0, "done"]);
    },
    PATIENCE,
  );

  it(
    "holds what was written outside of it without asking, quarantines it, and the second attempt lands",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const stray = { "if-attempt": 1, then: [{ sneak: "mkdir other && echo stray > other/x" }] };
      const steps = [stray, inScope, REPORT_DONE];
      const run = await trial.run({
        schedule: trialSchedule([{ id: "T1", scope: ["src/**"], steps }], [THERE]),
      });
      const audits = factsOf(run, "candidate.audited");
      expect(audits).toMatchObject([
        { attempt: "T1.1", held: [{ path: "other/x", rule: "scope:out-of-scope" }] },
        { attempt: "T1.2", held: [] },
      ]);
      expect(audits[0]?.type === "candidate.audited" && audits[0].kept).toBeUndefined();
      expect(trial.scratch.git("show", `${quarantine("T1/1")}:other/x`)).toBe("stray\n");
      expect(landed(run.state)).toBe("src/a\n");
      expect([run.code, dispositionOfT1(run.state)]).toEqual([0, "done"]);
    },
    PATIENCE,
  );

  it(
    "names a change of the user's refs and config as an escape, and the session ends with exit 5",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const git = `git -C '${trial.scratch.root}'`;
      const steps = [
        { sneak: `${git} branch stray && ${git} config core.editor stray` },
        inScope,
        REPORT_DONE,
      ];
      const tasks = [{ id: "T1", scope: ["src/**"], steps, verify: "test -s src/a" }];
      const run = await trial.run({ schedule: trialSchedule(tasks, [THERE]) });
      const noted = factsOf(run, "deviation.noted").flatMap((fact) =>
        fact.type === "deviation.noted" ? [`${fact.rule}: ${fact.text}`] : [],
      );
      expect(noted).toHaveLength(2);
      expect(noted.join()).toMatch(/escape:refs: "refs\/heads\/stray" was added .* T1\.1 ran/u);
      expect(noted.join()).toMatch(/escape:config: ".*config" was changed/u);
      expect(landed(run.state)).toBe("src/a\n");
      expect([run.code, dispositionOfT1(run.state)]).toEqual([5, "done"]);
    },
    PATIENCE,
  );

  it(
    "lets the rest land under warn, and drops what was held where nobody answers",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const steps = [{ sneak: "mkdir other && echo stray > other/x" }, inScope, REPORT_DONE];
      const tasks = [{ id: "T1", scope: ["src/**"], steps }];
      const run = await trial.run({ schedule: trialSchedule(tasks, [THERE], { enforcement: "warn" }) });
      expect(factsOf(run, "candidate.audited")).toMatchObject([{ held: [{ path: "other/x" }], kept: {} }]);
      expect(factsOf(run, "decision.asked")).toMatchObject([
        {
          question: {
            subject: { kind: "scope-held", attempt: "T1.1", paths: ["other/x"] },
            fallback: "drop",
          },
        },
      ]);
      expect(factsOf(run, "decision.expired")).toMatchObject([{ option: "drop" }]);
      expect(trial.scratch.git("show", `${quarantine("T1/1")}:other/x`)).toBe("stray\n");
      expect(landed(run.state)).toBe("src/a\n");
      expect([run.code, dispositionOfT1(run.state)]).toEqual([0, "done"]);
    },
    PATIENCE,
  );
});

function factsOf(
  run: { readonly facts: readonly { readonly fact: Fact }[] },
  type: Fact["type"],
): readonly Fact[] {
  return run.facts.flatMap(({ fact }) => (fact.type === type ? [fact] : []));
}

/** What the session changed, by name. */
function landed(state: RunState): string {
  return trial.scratch.git("diff", "--name-only", "HEAD", state.integration.head);
}

function quarantine(attempt: string): string {
  return `refs/breakwater/main-2026-01-01-0000/quarantine/${attempt}`;
}

function dispositionOfT1(state: RunState): string | undefined {
  const task = state.tasks.get(taskId("T1"));
  return task === undefined ? undefined : dispositionOf(state, task)?.kind;
}
