import type { AgentRecord } from "./agent-record.ts";
import type { Failure } from "../failure.ts";
import type {
  AttemptId,
  CommandId,
  CommitId,
  DecisionId,
  GateId,
  PlanHash,
  SessionId,
  TaskId,
  TreeId,
} from "../ids.ts";
import type { StagnationDetection, StagnationResponse } from "../stagnation/detection.ts";
import type { IntegrityFinding } from "../integrity/finding.ts";
import type { PromptAdditions } from "../prompt/addition.ts";
import type { Schedule, ScheduledTask, ScheduledWave } from "../plan/schedule.ts";
import type { Forecast } from "../policy/forecast.ts";
import type { AttemptReport, AttemptUsage, Finding } from "./attempt-report.ts";
import type { WallTier } from "../policy/wall.ts";
import type { Command } from "./command.ts";
import type { Question } from "./question.ts";
import type { RejectedFinding, Reviewing, ReviewFinding, ReviewReport } from "./review-report.ts";
import type { GateReport } from "./gate-report.ts";
import type { GateRun } from "./gate-run.ts";
import type { Survey } from "./survey.ts";

/**
 * What happened, in the past tense. Facts are the only thing that is stored; everything else is folded
 * from them. No fact says that a task is done: that is derived from its proofs (see `proof.ts`).
 */
export type Fact =
  | SessionFact
  | ControlFact
  | PlanFact
  | WaveFact
  | AttemptFact
  | ResultFact
  | IntegrationFact
  | GateFact
  | DecisionFact
  | ReviewFact
  | CloseFact
  | CommandFact;

/** A fact as the journal holds it. `at` is milliseconds since the epoch, `cause` the command it answers. */
export type RecordedFact = {
  readonly seq: number;
  readonly at: number;
  readonly cause?: CommandId;
  readonly fact: Fact;
};

/** The commit, tree and branch that a session starts from. */
export type Base = { readonly commit: CommitId; readonly tree: TreeId; readonly branch: string };

/** What a person or the machine decided about how this session runs, besides the plan. */
export type RunSettings = {
  /** No person is expected to answer: decisions take their default at their deadline. */
  readonly unattended: boolean;
  /** Red or unknown baselines that a person accepted beforehand. */
  readonly acceptRed: readonly GateId[];
  /** How many attempts the machine's memory allows at once. */
  readonly memorySlots: number;
  /** How long a question waits when nobody attends; milliseconds. */
  readonly decisionTimeoutMs: number;
  /** What the session was expected to take when it began; what is set aside for an attempt comes from it. */
  readonly forecast?: Forecast;
  /** What the project's records and rules add to prompts. */
  readonly additions?: PromptAdditions;
};

export type SessionFact =
  /** A session began: plan, base and settings are fixed from here on. */
  | {
      readonly type: "session.opened";
      readonly session: SessionId;
      readonly schedule: Schedule;
      readonly base: Base;
      readonly settings: RunSettings;
      /** What was known of each agent of the plan; absent where nobody looked. */
      readonly agents?: readonly AgentRecord[];
    }
  /** A person agreed to exactly this plan. */
  | { readonly type: "session.approved"; readonly hash: PlanHash; readonly by: string }
  /** The session cannot start; nothing was dispatched. */
  | { readonly type: "session.refused"; readonly failures: readonly Failure[] }
  /** A coordinator took over the journal, at the start or after a crash. */
  | { readonly type: "coordinator.started"; readonly version: string; readonly process: string }
  /** Every task has its disposition and the last gates have run. */
  | { readonly type: "session.settled" };

export type ControlFact =
  | { readonly type: "session.paused"; readonly by: string; readonly reason: string }
  | { readonly type: "session.resumed"; readonly by: string }
  /** Nothing new starts and what runs is stopped; results are kept. */
  | { readonly type: "session.stopped"; readonly by: string; readonly reason: string }
  /** The run-level breaker opened: no start until `until`, or until a person resumes. */
  | {
      readonly type: "session.parked";
      readonly reason: ParkReason;
      readonly message: string;
      readonly until?: number;
    }
  | { readonly type: "session.unparked"; readonly reason: string }
  /** A ceiling of the whole session was reached. */
  | { readonly type: "session.limit-reached"; readonly limit: SessionLimit }
  | { readonly type: "timer.fired"; readonly timer: string };

export type ParkReason = "quota" | "auth" | "billing" | "guard" | "environment" | "revise";
export type SessionLimit = "minutes" | "tokens" | "usd" | "turns";

export type PlanFact =
  /** The plan was changed by a rule or a person; `rule` and `reason` say why. */
  | {
      readonly type: "plan.amended";
      readonly amendment: Amendment;
      readonly rule: string;
      readonly reason: string;
    }
  /** A departure from the plan that changes no task. */
  | { readonly type: "deviation.noted"; readonly wave: number; readonly rule: string; readonly text: string }
  /** A task will not be tried again in this session. */
  | { readonly type: "task.carried"; readonly task: TaskId; readonly reason: string }
  /** A person took a task out of the plan. */
  | { readonly type: "task.dropped"; readonly task: TaskId; readonly by: string; readonly reason: string }
  /** A person asked for one more attempt than the tables allow. */
  | { readonly type: "task.retried"; readonly task: TaskId; readonly by: string };

/** One change of the agreed plan. */
export type Amendment =
  | { readonly kind: "add-task"; readonly wave: number; readonly task: ScheduledTask }
  | { readonly kind: "move-task"; readonly task: TaskId; readonly wave: number }
  | { readonly kind: "add-wave"; readonly wave: ScheduledWave }
  /** A task goes on with a part of its scope only, and further tasks in `wave` do the rest. */
  | {
      readonly kind: "split-task";
      readonly task: TaskId;
      readonly wave: number;
      readonly globs: readonly string[];
      readonly parts: readonly ScheduledTask[];
    }
  /** A wave that is about to begin gets another number of agents than planned. */
  | {
      readonly kind: "scale-wave";
      readonly wave: number;
      readonly planned: number;
      readonly agents: number;
    }
  | { readonly kind: "widen-scope"; readonly task: TaskId; readonly globs: readonly string[] };

export type WaveFact =
  | { readonly type: "wave.started"; readonly wave: number; readonly head: CommitId }
  | { readonly type: "wave.skipped"; readonly wave: number }
  | { readonly type: "wave.finished"; readonly wave: number; readonly head: CommitId };

/** What a further attempt is told and given, by the rule that ordered it. */
export type Correction = {
  readonly rule: string;
  /** Sentences for the agent: what went wrong and what is different now. */
  readonly brief: string;
  /** The narrowed scope, where the rule narrows it. */
  readonly globs?: readonly string[];
  /** A kept result whose content the new workspace starts with, on top of its base. */
  readonly carry?: CommitId;
  /** The conversation that the attempt goes on with; absent where its agent starts anew. */
  readonly resume?: Resumed;
};

/** A conversation by the id that its runtime gave it, and the attempt that held it last. */
export type Resumed = { readonly session: string; readonly from: AttemptId };

export type AttemptFact =
  /** A run of a task was decided on; `round` counts the runs inside one wave. */
  | {
      readonly type: "attempt.opened";
      readonly attempt: AttemptId;
      readonly wave: number;
      readonly round: number;
      readonly base: CommitId;
      readonly correction?: Correction;
      readonly reviewing?: Reviewing;
    }
  | { readonly type: "workspace.prepared"; readonly attempt: AttemptId; readonly path: string }
  | { readonly type: "workspace.failed"; readonly attempt: AttemptId; readonly failure: Failure }
  | { readonly type: "workspace.discarded"; readonly attempt: AttemptId }
  | {
      readonly type: "attempt.started";
      readonly attempt: AttemptId;
      readonly pid: number;
      readonly token: string;
      /** Absent in facts of versions that had no walls. */
      readonly wall?: WallTier;
    }
  | { readonly type: "attempt.not-started"; readonly attempt: AttemptId; readonly failure: Failure }
  /** Its start was ordered and left alone, because the session had come to rest meanwhile. */
  | { readonly type: "attempt.held"; readonly attempt: AttemptId }
  /** A live attempt was found again after the coordinator had died. */
  | { readonly type: "attempt.adopted"; readonly attempt: AttemptId }
  | {
      readonly type: "attempt.progressed";
      readonly attempt: AttemptId;
      readonly usage: AttemptUsage;
      readonly now: string;
      /** The runtime's own id of the conversation; told at least once, as soon as it is known. */
      readonly runtimeSession?: string;
    }
  | {
      readonly type: "steer.requested";
      readonly attempt: AttemptId;
      readonly text: string;
      readonly by: string;
    }
  /** Other work landed on paths of a running attempt's scope; `conflicts` is a forecast and binds nobody. */
  | {
      readonly type: "attempt.overlapped";
      readonly attempt: AttemptId;
      readonly landed: AttemptId;
      readonly commit: CommitId;
      readonly paths: readonly string[];
      readonly conflicts: readonly string[];
    }
  | { readonly type: "attempt.nudged"; readonly attempt: AttemptId; readonly delivered: boolean }
  /** The watch saw the agent repeat itself; `response` is what was done about it. */
  | {
      readonly type: "attempt.stagnated";
      readonly attempt: AttemptId;
      readonly detection: StagnationDetection;
      readonly response: StagnationResponse;
    }
  | { readonly type: "attempt.stopping"; readonly attempt: AttemptId; readonly reason: string }
  | { readonly type: "attempt.exited"; readonly attempt: AttemptId; readonly report: AttemptReport }
  /** A door or wall refused a tool call, or let it through and recorded it (`allowed`). */
  | {
      readonly type: "scope.denied";
      readonly attempt: AttemptId;
      readonly tool: string;
      readonly path: string;
      readonly rule: string;
      readonly allowed: boolean;
      /** Who refused it; absent in facts of old, where the rule says it. */
      readonly layer?: "door" | "wall";
      readonly forAgent?: string;
      readonly forPerson?: string;
    };

export type ResultFact =
  | {
      readonly type: "result.snapshotted";
      readonly attempt: AttemptId;
      readonly commit: CommitId;
      readonly tree: TreeId;
      readonly changed: number;
      /** What was found in it for the next attempt, where the command asked. */
      readonly survey?: Survey;
    }
  | { readonly type: "result.failed"; readonly attempt: AttemptId; readonly failure: Failure }
  /** The engine checked the findings of a read-only task against the repository. */
  | {
      readonly type: "findings.checked";
      readonly attempt: AttemptId;
      readonly accepted: readonly Finding[];
      readonly rejected: readonly { readonly finding: Finding; readonly reason: string }[];
    };

/** Content that the audit held back, with the rule that held it. */
export type HeldChange = { readonly path: string; readonly rule: string; readonly message: string };

export type IntegrationFact =
  | {
      readonly type: "candidate.built";
      readonly attempt: AttemptId;
      readonly head: CommitId;
      readonly commit: CommitId;
      readonly tree: TreeId;
    }
  | {
      readonly type: "candidate.conflicted";
      readonly attempt: AttemptId;
      readonly head: CommitId;
      readonly paths: readonly string[];
    }
  | { readonly type: "candidate.failed"; readonly attempt: AttemptId; readonly failure: Failure }
  /** Every path of a candidate was judged. Held content is under `quarantine`; `kept` is the rest. */
  | {
      readonly type: "candidate.audited";
      readonly attempt: AttemptId;
      readonly commit: CommitId;
      readonly tree: TreeId;
      readonly held: readonly HeldChange[];
      readonly quarantine?: string;
      readonly kept?: { readonly commit: CommitId; readonly tree: TreeId };
      /** What the change does to tests, thresholds and gates; reasons to look, never to hold. */
      readonly integrity?: readonly IntegrityFinding[];
      /** Declared files that are not in what would land. */
      readonly missing?: readonly string[];
    }
  | {
      readonly type: "integration.advanced";
      readonly attempt: AttemptId;
      readonly from: CommitId;
      readonly to: CommitId;
      readonly tree: TreeId;
    }
  /** The ref was not where the decider left it; nothing was moved. */
  | {
      readonly type: "integration.refused";
      readonly attempt: AttemptId;
      readonly expected: CommitId;
      readonly found: string;
    };

export type GateFact =
  | { readonly type: "gate.finished"; readonly run: GateRun; readonly report: GateReport }
  /** The bisection named the merge that turned a gate red. */
  | {
      readonly type: "gate.blamed";
      readonly gate: GateId;
      readonly attempt: AttemptId;
      readonly commit: CommitId;
      readonly newFailures: readonly string[];
    }
  /** A person accepted a gate that is not green. */
  | { readonly type: "gate.waived"; readonly gate: GateId; readonly commit: CommitId; readonly by: string };

export type DecisionFact =
  | { readonly type: "decision.asked"; readonly decision: DecisionId; readonly question: Question }
  | {
      readonly type: "decision.answered";
      readonly decision: DecisionId;
      readonly option: string;
      readonly by: string;
    }
  | { readonly type: "decision.expired"; readonly decision: DecisionId; readonly option: string };

export type ReviewFact =
  /** A reviewer judged a change, and what it stated was checked against the tree. */
  | {
      readonly type: "review.finished";
      readonly review: string;
      readonly wave: number;
      readonly from: CommitId;
      readonly to: CommitId;
      readonly verdict: ReviewReport["verdict"];
      readonly dimensions: ReviewReport["dimensions"];
      /** Those that no check refuted, from the least confidence on that is named. */
      readonly findings: readonly ReviewFinding[];
      readonly rejected: readonly RejectedFinding[];
      /** How many were too unsure to be named. */
      readonly dropped: number;
    }
  | {
      readonly type: "review.failed";
      readonly review: string;
      readonly wave: number;
      readonly failure: Failure;
    }
  /** `where` is a file or the address of an issue; `queued` says why there is no issue yet. */
  | {
      readonly type: "carryover.filed";
      readonly task: TaskId;
      readonly where: string;
      readonly issue?: CarriedIssue;
      readonly queued?: string;
    };

/** The issue in which carried work lives on; `existing` says that it was there before. */
export type CarriedIssue = { readonly number: number; readonly existing: boolean };

export type CloseFact =
  | {
      readonly type: "close.requested";
      readonly by: string;
      readonly commits: "per-task" | "summary";
      readonly docs?: readonly DocsOutcome[];
      readonly style?: CommitStyle;
    }
  /** A person ended the session without landing: it comes to rest, and its refs stay. */
  | { readonly type: "session.abandoned"; readonly by: string; readonly reason: string }
  | {
      readonly type: "branch.advanced";
      readonly branch: string;
      readonly from: CommitId;
      readonly to: CommitId;
    }
  /** An issue that the plan names was told; `queued` says why that waits. `where` is its address. */
  | {
      readonly type: "issue.settled";
      readonly issue: number;
      readonly done: boolean;
      readonly where: string;
      readonly queued?: string;
    }
  /** The branch had moved meanwhile: the merged tasks were put onto it, and the gates judge that next. */
  | {
      readonly type: "close.replayed";
      readonly onto: CommitId;
      /** The last of the tasks' commits on `onto`, and its tree. */
      readonly head: CommitId;
      readonly tree: TreeId;
      readonly line: readonly { readonly task: TaskId; readonly commit: CommitId }[];
    }
  /** The branch did not move; the next `close` tries again. */
  | { readonly type: "close.refused"; readonly failure: Failure };

/** How the subjects of a person's commits read: `T1: title`, or by Conventional Commits. */
export type CommitStyle = "task" | "conventional";

/** What became of one documentation task, by the diff of the session. */
export type DocsOutcome = { readonly id: string; readonly status: "ok" | "partial" | "gap" | "error" };

export type CommandFact =
  /** Written before a command is performed, so that a crash never leaves an unknown effect. */
  | { readonly type: "command.issued"; readonly command: Command }
  /** A command could not be performed at all; the rules decide what follows. */
  | { readonly type: "command.failed"; readonly command: CommandId; readonly failure: Failure };

/** The name of a fact, for tables keyed by it. */
export type FactType = Fact["type"];
