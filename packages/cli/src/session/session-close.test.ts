import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attemptId, gateId, sessionId, taskId, type GateSpec } from "@breakwater/core";
import {
  fileAppears,
  makeFakeTracker,
  REPORT_DONE,
  trialSchedule,
  type SessionTrial,
  type TrialRun,
  type TrialTask,
  PATIENCE,
  useSessionTrials,
} from "@breakwater/testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { runCaptured } from "../captured-run.ts";
import { recordLeftSessions } from "./left-session.ts";
import { placeOf } from "./session-place.ts";

const METRICS = ".orchestrator/metrics";
const METRIC_FILES = ["sessions.jsonl", "subagents.jsonl", "learnings.jsonl"];
const THERE: GateSpec = { id: gateId("there"), command: "test -s src/a && test ! -e stop" };

const trials = useSessionTrials(new URL("session-program.test-support.ts", import.meta.url), {
  beforeAll,
  afterEach,
});
let trial: SessionTrial;

describe("closing a session", () => {
  // conforms: close-manifest, close-completed, completion
  it(
    "advances the branch by one commit for each task, in the name of the user",
    async () => {
      await settle();
      const base = git("rev-parse", "HEAD");
      const run = await close();
      expect(run.code).toBe(0);
      expect(git("log", "--reverse", "--format=%an <%ae> %s", `${base}..HEAD`).split("\n")).toEqual([
        expect.stringMatching(/^Scratch <scratch@example\.invalid> .*Write T1/u),
        expect.stringMatching(/^Scratch <scratch@example\.invalid> .*Write T2/u),
      ]);
      expect(git("rev-parse", "HEAD^{tree}")).toBe(run.state.integration.tree);
      expect(git("status", "--porcelain")).toBe("");
      expect(existsSync(join(trial.scratch.root, ".orchestrator/wave-scope.json"))).toBe(false);
      expect(readFileSync(join(trial.scratch.root, ".orchestrator/STATE.md"), "utf8")).toContain(
        "\nstatus: completed\n",
      );
      expect(readFileSync(join(trial.scratch.root, "src/b"), "utf8")).toBe("2\n");
    },
    PATIENCE,
  );

  it(
    "leaves one record of the session and of each agent, also when it is repeated or was cut off before them",
    async () => {
      await settle();
      expect(existsSync(join(trial.scratch.root, METRICS, "sessions.jsonl"))).toBe(false);
      const session = (await close()).state.session?.id;
      const first = METRIC_FILES.map(metric);
      expect(first.map((lines) => lines.length)).toEqual([1, 4, 1]);
      expect(first[0]?.[0]).toMatchObject({ session_id: session, status: "completed", total_agents: 2 });
      expect(first[1]?.map(({ event, task, status }) => [event, task, status])).toEqual([
        ["start", "T1", undefined],
        ["stop", "T1", "done"],
        ["start", "T2", undefined],
        ["stop", "T2", "done"],
      ]);
      expect(first[2]?.[0]).toMatchObject({ type: "effective-sizing", confidence: 0.5 });
      rmSync(join(trial.scratch.root, METRICS, "sessions.jsonl"));
      expect((await trial.run({ requests: [] })).code).toBe(0);
      expect(METRIC_FILES.map(metric)).toEqual(first);
      expect((await trial.run({ requests: [] })).code).toBe(0);
      expect(METRIC_FILES.map(metric)).toEqual(first);
      expect(git("status", "--porcelain")).toBe("");
    },
    PATIENCE,
  );

  // conforms: state-close-check
  it(
    "tells before it what became of each task, and holds back where agreed documentation is missing",
    async () => {
      await settle({
        "docs-tasks": "[{ id: d1, audience: user, target-pattern: README.md, rationale: it, wave: 1 }]",
      });
      const base = git("rev-parse", "HEAD");
      const strict = "# P\n\n## Session Config\n\ndocs-orchestrator:\n  enabled: true\n  mode: strict\n";
      writeFileSync(join(trial.scratch.root, "CLAUDE.md"), strict);
      const shown = await runCaptured(["close", "--dry-run", "--json"], { cwd: trial.scratch.root });
      expect(shown.code).toBe(0);
      const review = JSON.parse(shown.stdout);
      expect(review).toMatchObject({
        type: "close.review",
        items: [
          { task: "T1", disposition: "done" },
          { task: "T2", disposition: "done" },
        ],
        grounding: { touched: ["src/a", "src/b"], unplanned: [], untouched: [] },
        docs: [{ task: "d1", result: "gap" }],
      });
      const refused = await runCaptured(["close"], { cwd: trial.scratch.root });
      expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining("BW738")]);
      expect(git("rev-parse", "HEAD")).toBe(base);
    },
    PATIENCE,
  );

  // conforms: close-carryover
  it(
    "makes carried work an issue, once, and keeps it waiting while the tracker cannot be asked",
    async () => {
      await settle({ issues: "[7]" }, [
        {
          id: "T3",
          scope: ["src/c"],
          more: ["on-fail: carry", "priority: low"],
          steps: [{ report: "failed", summary: "no" }],
        },
      ]);
      const fake = makeFakeTracker(join(trial.scratch.home, "tracker"), "gh");
      const PATH = `${fake.bin}:${process.env["PATH"] ?? ""}`;
      writeFileSync(join(trial.scratch.root, "CLAUDE.md"), "# P\n\n## Session Config\n\n- vcs: github\n");
      const shown = await runCaptured(["close", "--dry-run"], { cwd: trial.scratch.root, env: { PATH } });
      expect(shown.stdout).toContain(
        "[Carryover] [FAILED] Write T3  (priority::low, status:ready, type:carryover)",
      );
      expect(shown.stdout).toContain("issue  #7 is told that not all is done\n");
      expect(fake.calls()).toEqual([]);
      fake.seed([{ number: 7, title: "", body: "", labels: [], state: "open", comments: [] }]);
      fake.breakWith("HTTP 401: sign in");
      const requests = [{ type: "close", by: "test", commits: "per-task" } as const];
      const run = await trial.run({ requests, vcs: "github", env: { PATH } });
      expect(run.state.close.advanced).toBeDefined();
      const report = readFileSync(join(trial.journal, "../report.md"), "utf8");
      expect(report).toContain("waits to become an issue");
      fake.breakWith(undefined);
      const next = await runCaptured(["close"], { cwd: trial.scratch.root, env: { PATH } });
      expect([next.code, next.stderr.split("\n").toSorted()]).toEqual([
        0,
        ["", ...[7, 8].map((n) => `filed what waited: #${n} https://tracker.invalid/issues/${n}`)],
      ]);
      await runCaptured(["close"], { cwd: trial.scratch.root, env: { PATH } });
      expect(fake.issues()).toMatchObject([
        { state: "open", comments: [expect.stringContaining("not all that it planned for this is done")] },
        { title: "[Carryover] [FAILED] Write T3", body: expect.stringMatching(/Why: `failed: /u) },
      ]);
    },
    PATIENCE,
  );

  it(
    "refuses where the user changed a touched file, touches nothing, and works once that is cleaned up",
    async () => {
      await settle();
      const base = git("rev-parse", "HEAD");
      trial.scratch.write({ "src/a": "mine\n" });
      const refused = await close();
      expect([refused.code, refused.state.close.refused?.code]).toEqual([7, "BW726"]);
      expect(git("rev-parse", "HEAD")).toBe(base);
      expect(readFileSync(join(trial.scratch.root, "src/a"), "utf8")).toBe("mine\n");
      expect(existsSync(join(trial.scratch.root, "src/b"))).toBe(false);
      trial.scratch.git("checkout", "-q", "--", "src/a");
      const closed = await close();
      expect(closed.code).toBe(0);
      expect(git("rev-parse", "HEAD^{tree}")).toBe(closed.state.integration.tree);
    },
    PATIENCE,
  );

  // conforms: close-snapshots
  it(
    "ends an abandoned session without landing, keeps its refs and says who did it",
    async () => {
      await settle();
      const base = git("rev-parse", "HEAD");
      const now = await runCaptured(["close", "--abandon", "--reason", "other way"], {
        cwd: trial.scratch.root,
      });
      expect([now.code, now.stdout]).toEqual([
        4,
        expect.stringMatching(/abandoned by .*: other way; nothing landed/u),
      ]);
      expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([base, ""]);
      expect(git("for-each-ref", "--format=%(refname)", "refs/breakwater").split("\n")).toEqual(
        expect.arrayContaining([expect.stringMatching(/\/tasks\/T1\/1$/u)]),
      );
      const view = readFileSync(join(trial.scratch.root, ".orchestrator/STATE.md"), "utf8");
      expect(view).toMatch(/^status: abandoned$/mu);
      expect(view).toMatch(/^recommended-mode: feature$/mu);
      expect(metric("sessions.jsonl")).toMatchObject([{ status: "abandoned", end: "abandoned" }]);
      const resumed = await runCaptured(["resume"], { cwd: trial.scratch.root });
      expect([resumed.code, resumed.stderr]).toEqual([3, expect.stringMatching(/BW798[\s\S]*other way/u)]);
      const again = await runCaptured(["close", "--json"], { cwd: trial.scratch.root });
      expect(JSON.parse(again.stdout)).toMatchObject({ type: "session.result", reason: "abandoned already" });
      const refs = (): string => git("for-each-ref", "refs/breakwater");
      await runCaptured(["gc"], { cwd: trial.scratch.root });
      expect(refs()).not.toBe("");
      const { state } = await trial.read();
      await runCaptured(["gc", "--session", state.session?.id ?? ""], { cwd: trial.scratch.root });
      expect(refs()).toBe("");
    },
    PATIENCE,
  );

  it(
    "is abandoned by the process that holds it, where one is alive",
    async () => {
      trial = await trials.open({ "src/a": "1\n" });
      const mark = join(trial.scratch.home, "at-work");
      const steps = [{ write: "src/a", content: "2\n" }, { sneak: `touch '${mark}'` }, { sleep: 120_000 }];
      const schedule = trialSchedule([{ id: "T1", scope: ["src/a"], steps }], [THERE]);
      const holder = trial.start({ schedule });
      await fileAppears(mark);
      const told = await runCaptured(["close", "--abandon"], { cwd: trial.scratch.root });
      expect([told.code, told.stdout]).toEqual([0, expect.stringContaining(" is abandoned; process ")]);
      expect((await holder.ended).code).toBe(4);
      const { state } = await trial.read();
      expect(state.close.abandoned?.reason).toBe("no reason was given");
      expect(state.attempts.get(attemptId(taskId("T1"), 1))?.result?.changed).toBe(1);
      expect(metric("sessions.jsonl")).toMatchObject([{ end: "abandoned" }]);
    },
    PATIENCE,
  );

  it(
    "that nobody closed gets a record which says so, and the real one when it is closed later",
    async () => {
      await settle();
      const told: string[] = [];
      const stderr = { closed: false, write: (text: string) => void told.push(text) };
      const next = placeOf(trial.repository, sessionId("main-2026-01-02-0000"));
      for (const _begins of ["the next session", "the one after it"])
        await recordLeftSessions(trial.repository, next, { stderr, output: "plain" });
      expect(told).toEqual(["recorded main-2026-01-01-0000, which nobody closed\n"]);
      expect(metric("sessions.jsonl")).toMatchObject([{ status: "abandoned", end: "unknown" }]);
      await close();
      expect(metric("sessions.jsonl").map(({ end }) => end)).toEqual(["unknown", "closed"]);
      expect(
        METRIC_FILES.slice(1)
          .map(metric)
          .map((lines) => lines.length),
      ).toEqual([4, 1]);
    },
    PATIENCE,
  );

  it(
    "lands on top of a branch that moved, once the gates are green there, and refuses while they are not",
    async () => {
      await settle();
      trial.scratch.write({ elsewhere: "mine\n", stop: "red\n" });
      const moved = trial.scratch.commit("Move on");
      const refused = await close();
      expect([refused.code, refused.state.close.refused?.code]).toEqual([7, "BW797"]);
      expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([moved, ""]);
      trial.scratch.git("rm", "-q", "stop");
      const repaired = trial.scratch.commit("Repair");
      const closed = await close();
      expect(closed.code).toBe(0);
      expect(git("log", "--format=%s", `${repaired}..HEAD`).split("\n")).toEqual([
        "T2: Write T2",
        "T1: Write T1",
      ]);
      const { replayed } = closed.state.close;
      expect([replayed?.onto, git("rev-parse", "HEAD^{tree}")]).toEqual([repaired, replayed?.tree]);
      const judged = closed.facts.flatMap(({ fact }) =>
        fact.type === "gate.finished" ? [fact.report.tree] : [],
      );
      expect(judged.at(-1)).toBe(replayed?.tree);
      expect(readFileSync(join(trial.scratch.root, "elsewhere"), "utf8")).toBe("mine\n");
      expect(git("status", "--porcelain")).toBe("");
    },
    PATIENCE,
  );

  it(
    "takes nobody's side where the moved branch conflicts, and finds what the user merged by hand",
    async () => {
      await settle();
      trial.scratch.write({ "src/a": "mine\n" });
      const moved = trial.scratch.commit("Write it myself");
      const refused = await close();
      const failure = refused.state.close.refused;
      expect([refused.code, failure?.code, failure?.message]).toEqual([
        7,
        "BW796",
        expect.stringContaining('T1 conflicts with it in "src/a"'),
      ]);
      expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([moved, ""]);
      const named = /git merge ([0-9a-f]+);/u.exec(failure?.fix ?? "")?.[1] ?? "";
      git("merge", "-q", "-X", "ours", "-m", "Merge by hand", named);
      const merged = git("rev-parse", "HEAD");
      const closed = await close();
      expect([closed.code, git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual([0, merged, ""]);
      expect(readFileSync(join(trial.scratch.root, "src/a"), "utf8")).toBe("mine\n");
      expect(METRIC_FILES.map(metric).map((lines) => lines.length)).toEqual([1, 4, 1]);
    },
    PATIENCE,
  );
});

async function settle(
  front: Readonly<Record<string, string>> = {},
  more: readonly TrialTask[] = [],
): Promise<void> {
  trial = await trials.open({ "src/a": "1\n" });
  const tasks: readonly TrialTask[] = [
    ...more,
    { id: "T1", scope: ["src/a"], steps: [{ write: "src/a", content: "2\n" }, REPORT_DONE] },
    { id: "T2", scope: ["src/b"], steps: [{ write: "src/b", content: "2\n" }, REPORT_DONE] },
  ];
  const run = await trial.run({ schedule: trialSchedule(tasks, [THERE], front) });
  expect(run.code).toBe(more.length === 0 ? 0 : 4);
}

function metric(name: string): readonly Readonly<Record<string, unknown>>[] {
  const text = readFileSync(join(trial.scratch.root, METRICS, name), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function close(): Promise<TrialRun> {
  return trial.run({ requests: [{ type: "close", by: "test", commits: "per-task" }] });
}

function git(...args: readonly string[]): string {
  return trial.scratch.git(...args).trim();
}
