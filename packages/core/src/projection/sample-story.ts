import { attemptId, commandId, decisionId, gateId, taskId, type AttemptId } from "../ids.ts";
import type { Fact, RecordedFact } from "../run/fact.ts";
import {
  SAMPLE_START,
  sampleCommit,
  sampleExit,
  sampleGate,
  sampleJournal,
  sampleLanding,
  sampleOpening,
  sampleQuestion,
  sampleSchedule,
  sampleStart,
  sampleTask,
  sampleTree,
} from "./sample-session.ts";

const [t1, t2, t3, t4] = [taskId("T1"), taskId("T2"), taskId("T3"), taskId("T4")];

const schedule = sampleSchedule([
  [
    "Discovery",
    [
      sampleTask("T1", {
        title: "Map where requests enter",
        role: "discovery",
        scope: { kind: "read-only" },
        verify: [],
        brief: "List the routes in `src/server`.",
      }),
    ],
  ],
  [
    "Impl-Core",
    [
      sampleTask("T2", { title: "Token bucket", depends: [t1] }),
      sampleTask("T3", { title: "Config keys", depends: [t1] }),
    ],
  ],
  ["Finalization", [sampleTask("T4", { title: "Changelog", role: "finalization", depends: [t2] })]],
]);

type Step = readonly [second: number, fact: Fact];

/** Discovery: one read-only attempt whose findings hold. */
function discovery(): readonly Step[] {
  const first = attemptId(t1, 1);
  const accepted = [
    {
      claim: "six routes are public",
      paths: ["src/server/routes.ts"],
      check: "test -f src/server/routes.ts",
    },
  ];
  return [
    [6, { type: "wave.started", wave: 1, head: sampleCommit("base") }],
    ...sampleStart(first, 7, { wave: 1 }),
    [150, sampleExit(first, { findings: accepted })],
    [
      151,
      {
        type: "result.snapshotted",
        attempt: first,
        commit: sampleCommit("base"),
        tree: sampleTree("base"),
        changed: 0,
      },
    ],
    [152, { type: "findings.checked", attempt: first, accepted, rejected: [] }],
    [155, { type: "wave.finished", wave: 1, head: sampleCommit("base") }],
  ];
}

/** Impl-Core as it runs: one write denied at the door, one path held at the audit, one question open. */
function implCore(): readonly Step[] {
  const [bucket, config] = [attemptId(t2, 1), attemptId(t3, 1)];
  return [
    [156, { type: "wave.started", wave: 2, head: sampleCommit("base") }],
    [
      156,
      {
        type: "command.issued",
        command: {
          type: "prepare-workspace",
          id: commandId("prepare:T2.1"),
          attempt: bucket,
          base: sampleCommit("base"),
          isolation: "worktree",
        },
      },
    ],
    ...sampleStart(bucket, 157, { wave: 2 }),
    ...sampleStart(config, 158, { wave: 2 }),
    [
      200,
      {
        type: "attempt.progressed",
        attempt: bucket,
        usage: { turns: 3, toolCalls: 9, denials: 0 },
        now: "Edit src/t2/bucket.ts",
      },
    ],
    [
      329,
      {
        type: "scope.denied",
        attempt: bucket,
        tool: "Edit",
        path: "src/auth/session.ts",
        rule: "outside-scope",
        allowed: false,
      },
    ],
    ...heldAtAudit(config),
    sampleQuestion("T3", 361, 961),
    [
      400,
      {
        type: "attempt.progressed",
        attempt: bucket,
        usage: { turns: 12, toolCalls: 40, denials: 1, usd: 0.71 },
        now: "Bash npm test -- t2",
      },
    ],
  ];
}

/** The end of an attempt whose change the audit holds as a whole. */
function heldAtAudit(config: AttemptId): readonly Step[] {
  const held = [{ path: "src/other/leak.ts", rule: "scope", message: "outside the scope" }];
  const candidate = { commit: sampleCommit("cand-T3"), tree: sampleTree("cand-T3") };
  return [
    [340, sampleExit(config, { claim: { kind: "done", summary: "keys are checked" } })],
    [
      341,
      {
        type: "result.snapshotted",
        attempt: config,
        commit: sampleCommit("result-T3"),
        tree: sampleTree("result-T3"),
        changed: 2,
      },
    ],
    [342, { type: "candidate.built", attempt: config, head: sampleCommit("base"), ...candidate }],
    [
      343,
      {
        type: "candidate.audited",
        attempt: config,
        ...candidate,
        held,
        quarantine: "refs/breakwater/s/quarantine/T3.1",
      },
    ],
  ];
}

/** The rest: the bucket lands, the question expires, the gate is red and blamed, then green; T4 is never started. */
function ending(): readonly Step[] {
  const bucket = attemptId(t2, 1);
  return [
    [420, sampleExit(bucket)],
    ...sampleLanding(bucket, 421, "base"),
    [961, { type: "decision.expired", decision: decisionId("d1"), option: "carry" }],
    [
      970,
      sampleGate({ kind: "wave", wave: 2 }, "land-T2.1", {
        result: { kind: "exited", code: 1 },
        failing: ["clock.test.ts > backwards clock"],
        counts: { passed: 230, failed: 1 },
      }),
    ],
    [
      971,
      {
        type: "gate.blamed",
        gate: gateId("test"),
        attempt: bucket,
        commit: sampleCommit("land-T2.1"),
        newFailures: ["clock.test.ts > backwards clock"],
      },
    ],
    [980, { type: "coordinator.started", version: "0.1.0", process: "5220" }],
    [990, sampleGate({ kind: "final", round: 0 }, "land-T2.1")],
    [991, { type: "wave.finished", wave: 2, head: sampleCommit("land-T2.1") }],
    [992, { type: "task.carried", task: t4, reason: "the session was stopped before it" }],
    [993, { type: "wave.skipped", wave: 3 }],
    [1_000, { type: "session.settled" }],
  ];
}

/** A session while its second wave runs and a person is asked. */
export const runningStory: readonly RecordedFact[] = sampleJournal([
  ...sampleOpening(schedule),
  ...discovery(),
  ...implCore(),
]);

/** The same session at its end. */
export const settledStory: readonly RecordedFact[] = sampleJournal([
  ...sampleOpening(schedule),
  ...discovery(),
  ...implCore(),
  ...ending(),
]);

/** The moment, in milliseconds since the epoch, so many seconds after a sample session opened. */
export const sampleSecond = (second: number): number => SAMPLE_START + second * 1_000;
