import {
  attemptId,
  commitId,
  decisionId,
  gateId,
  planHash,
  sessionId,
  taskId,
  treeId,
  type AttemptId,
} from "../ids.ts";
import type { Schedule, ScheduledTask, ScheduledWave } from "../plan/schedule.ts";
import type { AttemptReport, AttemptUsage } from "../run/attempt-report.ts";
import type { Fact, RecordedFact } from "../run/fact.ts";
import type { GateReport } from "../run/gate-report.ts";
import type { GatePurpose } from "../run/gate-run.ts";

/** The moment at which sample sessions open: 2026-11-22T06:38:00Z. */
export const SAMPLE_START = 1_795_329_480_000;

/** Numbers facts from 1; each comes with its second after the start. */
export function sampleJournal(
  steps: readonly (readonly [second: number, fact: Fact])[],
): readonly RecordedFact[] {
  return steps.map(([second, fact], index) => ({ seq: index + 1, at: SAMPLE_START + second * 1_000, fact }));
}

/** A scheduled task with everything but its id at its default. */
export function sampleTask(id: string, change: Partial<ScheduledTask> = {}): ScheduledTask {
  return {
    id: taskId(id),
    title: `Title of ${id}`,
    role: "impl-core",
    scope: { kind: "write", globs: [`src/${id.toLowerCase()}/**`] },
    shared: [],
    reads: [],
    depends: [],
    verify: [`npm test -- ${id.toLowerCase()}`],
    doneWhen: [`the behaviour of ${id} is covered`],
    produces: [],
    contractLock: false,
    redFirst: false,
    onFail: "retry",
    noOp: false,
    brief: `Write the module of ${id} in \`src/${id.toLowerCase()}/index.ts\`.`,
    agent: "scripted",
    limits: {
      turns: 15,
      toolCalls: 120,
      wallMs: 1_200_000,
      idleMs: 300_000,
      graceMs: 60_000,
      outputBytes: 1_000_000,
    },
    source: { kind: "plan" },
    ...change,
  };
}

/** A schedule of the given waves: each a name with its tasks. */
export function sampleSchedule(
  waves: readonly (readonly [name: string, tasks: readonly ScheduledTask[]])[],
  change: Partial<Schedule> = {},
): Schedule {
  return {
    hash: planHash("9c1e".padEnd(64, "0")),
    title: "Rate-limit the public API",
    intent: "Every public route gets a token-bucket limit.",
    session: "feature",
    issues: [12],
    waves: waves.map(([name, tasks], index): ScheduledWave => ({
      number: index + 1,
      name,
      roles: [...new Set(tasks.map((task) => task.role))],
      isolation: "worktree",
      enforcement: "strict",
      tasks: tasks.map((task) => task.id),
    })),
    tasks: waves.flatMap(([, tasks]) => tasks),
    gates: {
      specs: [{ id: gateId("test"), command: "npm test" }],
      afterWave: [gateId("test")],
      beforeFinish: [gateId("test")],
    },
    budget: { usd: 12 },
    agentsPerWave: 6,
    maxParallel: 4,
    wall: "preferred",
    workspaceCopy: [],
    docsTasks: [],
    origins: {},
    ...change,
  };
}

/** The facts by which a session opens, is approved and gets a green baseline. */
export function sampleOpening(schedule: Schedule): readonly (readonly [number, Fact])[] {
  return [
    [
      0,
      {
        type: "session.opened",
        session: sessionId("main-2026-11-22-0638"),
        schedule,
        base: { commit: sampleCommit("base"), tree: sampleTree("base"), branch: "main" },
        settings: { unattended: false, acceptRed: [], memorySlots: 4, decisionTimeoutMs: 600_000 },
      },
    ],
    [1, { type: "coordinator.started", version: "0.1.0", process: "4121" }],
    [2, { type: "session.approved", hash: schedule.hash, by: "ana" }],
    ...schedule.gates.specs.map((spec): readonly [number, Fact] => [
      5,
      sampleGate({ kind: "baseline" }, "base", { gate: spec.id, command: spec.command }),
    ]),
  ];
}

/** A report of a gate on the tree of the commit that a word names; green unless changed. */
export function sampleGate(purpose: GatePurpose, at: string, change: Partial<GateReport> = {}): Fact {
  const report: GateReport = {
    gate: gateId("test"),
    tree: sampleTree(at),
    command: "npm test",
    environment: "e1",
    result: { kind: "exited", code: 0 },
    evidence: "report-file",
    counts: { passed: 231, failed: 0 },
    failing: [],
    flaky: false,
    lookedUp: false,
    durationMs: 11_400,
    tail: "231 passed",
    ...change,
  };
  return { type: "gate.finished", run: { purpose, gate: report.gate, commit: sampleCommit(at) }, report };
}

/** The start of a task's n-th attempt on the commit that a word names, from `second` on. */
export function sampleStart(
  attempt: AttemptId,
  second: number,
  change: { readonly wave: number; readonly base?: string },
): readonly (readonly [number, Fact])[] {
  const base = sampleCommit(change.base ?? "base");
  return [
    [second, { type: "attempt.opened", attempt, wave: change.wave, round: 1, base }],
    [second, { type: "workspace.prepared", attempt, path: `/state/${attempt}` }],
    [second + 1, { type: "attempt.started", attempt, pid: 4_000 + second, token: `token-${attempt}` }],
  ];
}

/** The end of an attempt as its host reports it: completed and claimed done unless changed. */
export function sampleExit(attempt: AttemptId, change: Partial<AttemptReport> = {}): Fact {
  const usage: AttemptUsage = {
    turns: 8,
    toolCalls: 21,
    denials: 0,
    inputTokens: 18_000,
    outputTokens: 900,
    usd: 0.19,
  };
  return {
    type: "attempt.exited",
    attempt,
    report: {
      ending: { kind: "completed" },
      exitCode: 0,
      claim: { kind: "done", summary: "all done" },
      usage,
      findings: [],
      questions: [],
      ...change,
    },
  };
}

/** A changed result of a task as it lands: snapshot, candidate, audit, green check, ref update. */
export function sampleLanding(
  attempt: AttemptId,
  second: number,
  from: string,
): readonly (readonly [number, Fact])[] {
  const to = `land-${attempt}`;
  const [commit, tree, head] = [sampleCommit(to), sampleTree(to), sampleCommit(from)];
  const command = `npm test -- ${attempt.slice(0, attempt.lastIndexOf(".")).toLowerCase()}`;
  return [
    [
      second,
      {
        type: "result.snapshotted",
        attempt,
        commit: sampleCommit(`result-${attempt}`),
        tree: sampleTree(`result-${attempt}`),
        changed: 3,
      },
    ],
    [second + 1, { type: "candidate.built", attempt, head, commit, tree }],
    [second + 2, { type: "candidate.audited", attempt, commit, tree, held: [] }],
    [
      second + 3,
      sampleGate({ kind: "verify", attempt, index: 0 }, to, {
        gate: gateId("verify"),
        command,
        counts: { passed: 17 },
      }),
    ],
    [second + 4, { type: "integration.advanced", attempt, from: head, to: commit, tree }],
  ];
}

/** An open question about a failed task, with two answers and a default. */
export function sampleQuestion(
  task: string,
  second: number,
  deadlineSecond?: number,
): readonly [number, Fact] {
  return [
    second,
    {
      type: "decision.asked",
      decision: decisionId("d1"),
      question: {
        subject: { kind: "task-failed", task: taskId(task), attempt: attemptId(taskId(task), 1) },
        text: `${task} failed; what now?`,
        options: [
          { id: "retry", label: "try once more", consequence: "one more attempt starts" },
          { id: "carry", label: "carry it over", consequence: "the task is left open" },
        ],
        ...(deadlineSecond === undefined
          ? {}
          : { fallback: "carry", deadline: SAMPLE_START + deadlineSecond * 1_000 }),
      },
    },
  ];
}

/** A commit id made of a word: 40 hex digits, equal for equal words. */
export const sampleCommit = (word: string): ReturnType<typeof commitId> => commitId(digits(word, 7));

/** A tree id made of a word: 40 hex digits, equal for equal words. */
export const sampleTree = (word: string): ReturnType<typeof treeId> => treeId(digits(word, 31));

function digits(word: string, seed: number): string {
  let hash = seed;
  for (const char of word) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 4_294_967_291;
  return hash.toString(16).padStart(8, "0").repeat(5);
}
