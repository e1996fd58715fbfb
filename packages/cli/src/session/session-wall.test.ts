import { gateId, type Fact, type GateSpec } from "@breakwater/core";
import {
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  PATIENCE,
  useSteeredTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const REQUIRED = { wall: "required" } as const;

const trials = useSteeredTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  beforeEach,
  afterEach,
});
let trial: SessionTrial;

describe("a session that requires a wall", () => {
  it(
    "keeps a shell of the agent from writing elsewhere, so that the audit finds nothing to hold",
    async () => {
      trial = await trials.open({ "src/a": "1\n", "other/x": "x\n" });
      const content = programOf(["other/x", `${trial.scratch.root}/other/x`]);
      const stray = [
        { write: "src/a", content: "2\n" },
        { write: "src/stray.test.js", content },
        { shell: "node --test src/stray.test.js" },
      ];
      const run = await trial.run({
        schedule: trialSchedule(
          [{ id: "T1", scope: ["src/**"], steps: [...stray, REPORT_DONE] }],
          [THERE],
          REQUIRED,
        ),
      });
      expect(run.code).toBe(0);
      expect(factsOf(run, "candidate.audited")).toMatchObject([{ held: [] }]);
      const [started] = factsOf(run, "attempt.started");
      expect(started).not.toMatchObject({ wall: "none" });
      const [exited] = factsOf(run, "attempt.exited");
      expect(exited).toMatchObject({
        report: {
          wall: { hold: "exact", holes: expect.arrayContaining([expect.stringMatching(/^network/u)]) },
        },
      });
      expect(trial.scratch.git("status", "--short")).toBe("");
    },
    PATIENCE,
  );

  it(
    "lets what is in scope through an overlay and names what it held",
    async () => {
      trial = await trials.open({ "src/a": "1\n", "src/b": "1\n" });
      const content = programOf(["src/b", "new"]);
      const steps = [{ write: "src/a", content }, { shell: "node --test src/a" }, REPORT_DONE];
      const run = await trial.run({
        schedule: trialSchedule([{ id: "T1", scope: ["src/a"], steps }], [THERE], REQUIRED),
      });
      expect(run.code).toBe(0);
      expect(factsOf(run, "candidate.audited")).toMatchObject([{ held: [] }]);
      expect(factsOf(run, "scope.denied")).toMatchObject([
        { path: "src/b", rule: "wall:contained", allowed: false },
      ]);
      expect(trial.scratch.git("diff", "--name-only", "HEAD", run.state.integration.head)).toBe("src/a\n");
      const [exited] = factsOf(run, "attempt.exited");
      const ref = exited?.type === "attempt.exited" ? exited.report.wall?.quarantine : undefined;
      expect(trial.scratch.git("show", `${ref}:src/b`)).toBe("stray\n");
      expect(trial.scratch.git("ls-tree", "-r", "--name-only", String(ref))).toBe("src/b\n");
    },
    PATIENCE,
  );

  it(
    "takes in what a killed host had written behind an overlay, and keeps the rest under a ref",
    async () => {
      trial = await trials.open({ "src/a": "1\n", "src/b": "1\n" });
      const first = [
        { write: "src/a", content: "half\n" },
        { smuggle: "src/b", content: "stray\n" },
        { wait: "written" },
      ];
      const steps = [{ "if-attempt": 1, then: first }, { write: "src/a", content: "whole\n" }, REPORT_DONE];
      const schedule = trialSchedule([{ id: "T1", scope: ["src/a"], steps }], [THERE], REQUIRED);
      const holder = trial.start({ schedule, runtimeOptions: { steering: trials.steering.path } });
      await trials.steering.arrived("written");
      await holder.heard("attempt.started", 1);
      const [started] = factsOf(await trial.read(), "attempt.started");
      if (started?.type !== "attempt.started") throw new Error("Killing a host: none was started");
      process.kill(started.pid, "SIGKILL");
      expect((await holder.ended).code).toBe(0);
      const run = await trial.read();
      const [lost] = factsOf(run, "attempt.exited");
      expect(lost).toMatchObject({ attempt: "T1.1", report: { ending: { kind: "lost" } } });
      const refs = `refs/breakwater/${String(run.state.session?.id)}`;
      expect(trial.scratch.git("show", `${refs}/tasks/T1/1:src/a`)).toBe("half\n");
      expect(trial.scratch.git("show", `${refs}/quarantine/T1/1-wall:src/b`)).toBe("stray\n");
      expect(factsOf(run, "scope.denied")).toMatchObject([{ path: "src/b", rule: "wall:contained" }]);
      expect(trial.scratch.git("show", `${run.state.integration.head}:src/a`)).toBe("whole\n");
    },
    PATIENCE,
  );

  it(
    "runs a gate where neither the network nor the checkout can be reached, and records its wall",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const { root } = trial.scratch;
      const command = `echo made > built && test "$(cat /proc/net/dev | grep -c :)" = 1 && ! echo stray > "${root}/x"`;
      const gates: readonly GateSpec[] = [{ id: gateId("alone"), command }];
      const steps = [{ write: "src/a", content: "2\n" }, REPORT_DONE];
      const run = await trial.run({
        schedule: trialSchedule([{ id: "T1", scope: ["src/**"], steps }], gates, REQUIRED),
      });
      expect(run.code).toBe(0);
      const reports = factsOf(run, "gate.finished");
      expect(reports.length).toBeGreaterThan(0);
      for (const fact of reports) expect(fact).not.toMatchObject({ report: { wall: "none" } });
      expect(trial.scratch.git("status", "--short")).toBe("");
    },
    PATIENCE,
  );
});

/** A program that tries to write elsewhere and does not mind if it cannot: no door sees into it. */
function programOf(paths: readonly string[]): string {
  const tries = paths.map(
    (path) => `try { fs.writeFileSync(${JSON.stringify(path)}, "stray\\n"); } catch {}`,
  );
  return `const fs = require("node:fs");\n${tries.join("\n")}\n`;
}

const THERE: GateSpec = { id: gateId("there"), command: "test -s src/a" };

function factsOf(
  run: { readonly facts: readonly { readonly fact: Fact }[] },
  type: Fact["type"],
): readonly Fact[] {
  return run.facts.flatMap(({ fact }) => (fact.type === type ? [fact] : []));
}
