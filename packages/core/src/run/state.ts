import type { WallTier } from "../policy/wall.ts";
import type { Failure } from "../failure.ts";
import type { AgentRecord } from "./agent-record.ts";
import { commitId, treeId } from "../ids.ts";
import type {
  AttemptId,
  CommandId,
  CommitId,
  DecisionId,
  GateId,
  SessionId,
  TaskId,
  TreeId,
} from "../ids.ts";
import type { IntegrityFinding } from "../integrity/finding.ts";
import type { Schedule, ScheduledTask, ScheduledWave } from "../plan/schedule.ts";
import type { AttemptReport, AttemptUsage, Finding } from "./attempt-report.ts";
import type { Command } from "./command.ts";
import type {
  Base,
  CarriedIssue,
  CloseFact,
  CommitStyle,
  Correction,
  DocsOutcome,
  HeldChange,
  ParkReason,
  RunSettings,
  SessionLimit,
} from "./fact.ts";
import type { GateReport } from "./gate-report.ts";
import type {
  RejectedFinding,
  Reviewing,
  ReviewFinding,
  ReviewReport,
  ReviewVerdict,
} from "./review-report.ts";
import type { GateRun } from "./gate-run.ts";
import type { Question } from "./question.ts";
import type { Survey } from "./survey.ts";

/**
 * Everything the decider knows, folded from the facts of one session.
 *
 * It holds evidence, not judgements: whether an attempt succeeded, a task is done or a gate is green is
 * derived from it each time (`outcome.ts`, `proof.ts`, `gate-record.ts`), so a judgement cannot go stale.
 * Maps keep the order of insertion, which is the order of the journal.
 */
export type RunState = {
  /** Sequence number and time of the newest fact; 0 before the first. */
  readonly position: number;
  readonly now: number;
  readonly session: SessionState | undefined;
  readonly control: ControlState;
  readonly waves: readonly WaveState[];
  readonly tasks: ReadonlyMap<TaskId, TaskState>;
  readonly attempts: ReadonlyMap<AttemptId, AttemptState>;
  readonly integration: IntegrationState;
  /** Every gate report, in order. */
  readonly gates: readonly GateRecord[];
  readonly blames: readonly Blame[];
  readonly waived: readonly { readonly gate: GateId; readonly commit: CommitId; readonly by: string }[];
  readonly decisions: ReadonlyMap<DecisionId, DecisionState>;
  readonly reviews: ReadonlyMap<string, ReviewState>;
  readonly deviations: readonly Deviation[];
  readonly firedTimers: ReadonlySet<string>;
  /** Commands issued and not yet settled; what `reconcile` looks at after a crash. */
  readonly open: ReadonlyMap<CommandId, Command>;
  /** Ids of all commands ever issued. */
  readonly issued: ReadonlySet<CommandId>;
  readonly failedCommands: ReadonlyMap<CommandId, Failure>;
  readonly close: CloseState;
};

export type SessionState = {
  readonly id: SessionId;
  readonly schedule: Schedule;
  readonly base: Base;
  readonly settings: RunSettings;
  readonly agents?: readonly AgentRecord[];
  readonly openedAt: number;
  readonly approved?: { readonly by: string; readonly at: number };
  readonly refused?: readonly Failure[];
  readonly settledAt?: number;
};

export type ControlState = {
  readonly paused?: { readonly by: string; readonly reason: string };
  /** `aborted` where that was the answer to a question about the course of the session. */
  readonly stopped?: { readonly by: string; readonly reason: string; readonly aborted?: true };
  readonly parked?: { readonly reason: ParkReason; readonly message: string; readonly until?: number };
  readonly limit?: SessionLimit;
  /** When the session was stopped or reached a limit. */
  readonly since?: number;
};

export type WaveState = {
  readonly wave: ScheduledWave;
  readonly status: "planned" | "running" | "finished" | "skipped";
  /** The integration head when the wave began. */
  readonly startHead?: CommitId;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** How many agents it was scaled to; absent where the planned number stands. */
  readonly agents?: number;
  /** True for a wave that the plan did not have, added to repair what is red after the last one. */
  readonly repair: boolean;
};

export type TaskState = {
  readonly task: ScheduledTask;
  /** The wave it belongs to now; amendments move it. */
  readonly wave: number;
  /** Its place in plan order, unique in the session. */
  readonly order: number;
  readonly attempts: readonly AttemptId[];
  /** What of its scope its further attempts may write, since it was split; what landed before is judged by all of it. */
  readonly narrowed?: readonly string[];
  readonly carried?: string;
  readonly dropped?: { readonly by: string; readonly reason: string };
  /** The attempt after which a person asked for another one, whatever the tables say. */
  readonly retriedAfter?: AttemptId;
  /** Where its carryover was noted, the issue where there is one, and why there is none yet. */
  readonly filed?: string;
  readonly carriedIssue?: CarriedIssue;
  readonly filingQueued?: string;
};

/** All evidence about one attempt; each field is set by exactly one kind of fact. */
export type AttemptState = {
  readonly id: AttemptId;
  readonly task: TaskId;
  readonly wave: number;
  readonly round: number;
  readonly base: CommitId;
  readonly openedAt: number;
  readonly correction?: Correction;
  /** There for an attempt of a reviewer; `task` then names the review. */
  readonly reviewing?: Reviewing;
  readonly workspace?: string;
  /** Who was ordered to carry it out. */
  readonly agent?: { readonly name: string; readonly model?: string };
  readonly discarded?: boolean;
  readonly notStarted?: Failure;
  /** How often its start was ordered in vain; absent for never. */
  readonly heldStarts?: number;
  readonly started?: {
    readonly pid: number;
    readonly token: string;
    readonly at: number;
    readonly wall?: WallTier;
  };
  readonly adopted: number;
  readonly usage?: AttemptUsage;
  readonly doing?: string;
  readonly lastProgressAt?: number;
  readonly runtimeSession?: string;
  readonly stopping?: string;
  /** How many tool calls the door refused or noted; the first of them are in `denials`. */
  readonly denialCount: number;
  readonly denials: readonly { readonly path: string; readonly tool: string; readonly allowed: boolean }[];
  /** How many detections of loops there were; the journal keeps them. */
  readonly stagnationCount: number;
  /** The file that the newest of them was about. */
  readonly stagnatedAt?: string;
  readonly steers: readonly { readonly text: string; readonly by: string; readonly delivered?: boolean }[];
  readonly report?: AttemptReport;
  readonly exitedAt?: number;
  readonly result?: { readonly commit: CommitId; readonly tree: TreeId; readonly changed: number };
  readonly survey?: Survey;
  readonly resultFailure?: Failure;
  readonly findings?: { readonly accepted: readonly Finding[]; readonly rejected: number };
  readonly candidate?: { readonly head: CommitId; readonly commit: CommitId; readonly tree: TreeId };
  readonly conflict?: { readonly head: CommitId; readonly paths: readonly string[] };
  readonly candidateFailure?: Failure;
  readonly audit?: {
    readonly commit: CommitId;
    readonly tree: TreeId;
    readonly held: readonly HeldChange[];
    readonly quarantine?: string;
    readonly kept?: { readonly commit: CommitId; readonly tree: TreeId };
    readonly integrity?: readonly IntegrityFinding[];
    readonly missing?: readonly string[];
  };
  readonly advanced?: {
    readonly from: CommitId;
    readonly to: CommitId;
    readonly tree: TreeId;
    readonly at: number;
  };
  readonly refusedAdvance?: { readonly expected: CommitId; readonly found: string };
};

/** The session's merged line: a linear chain of commits from the base to the head. */
export type IntegrationState = {
  readonly head: CommitId;
  readonly tree: TreeId;
  readonly line: readonly IntegrationStep[];
};

export type IntegrationStep = {
  readonly attempt: AttemptId;
  readonly wave: number;
  readonly commit: CommitId;
  readonly tree: TreeId;
};

/** A gate report with the place of its fact in the journal, so that earlier and later can be told apart. */
export type GateRecord = {
  readonly run: GateRun;
  readonly report: GateReport;
  readonly at: number;
  readonly position: number;
};

/** A merge that bisection named as the cause of a red gate. */
export type Blame = {
  readonly gate: GateId;
  readonly attempt: AttemptId;
  readonly commit: CommitId;
  readonly newFailures: readonly string[];
  readonly position: number;
};

export type DecisionState = {
  readonly id: DecisionId;
  readonly question: Question;
  readonly askedAt: number;
  readonly answer?: {
    readonly option: string;
    readonly by: string;
    readonly expired: boolean;
    readonly at: number;
  };
};

/** What became of a review: what it said and what of that held, or why nobody knows. */
export type ReviewState =
  | { readonly kind: "unknown"; readonly wave: number; readonly failure: Failure }
  | {
      readonly kind: "known";
      readonly wave: number;
      readonly from: CommitId;
      readonly to: CommitId;
      readonly verdict: ReviewVerdict;
      readonly dimensions: ReviewReport["dimensions"];
      readonly findings: readonly ReviewFinding[];
      readonly rejected: readonly RejectedFinding[];
      readonly dropped: number;
    };

/** A recorded departure from the plan; `rule` names the table row that caused it. */
export type Deviation = {
  readonly at: number;
  readonly wave: number;
  readonly rule: string;
  readonly text: string;
};

/** The merged tasks as commits on what the branch had become. */
export type Replayed = Omit<Extract<CloseFact, { readonly type: "close.replayed" }>, "type">;

/** An issue after close: those of which all is done are closed. */
export type SettledIssue = Omit<Extract<CloseFact, { readonly type: "issue.settled" }>, "type">;

export type CloseState = {
  readonly requested?: {
    readonly by: string;
    readonly commits: "per-task" | "summary";
    readonly attempt: number;
    readonly docs?: readonly DocsOutcome[];
    readonly style?: CommitStyle;
  };
  /** What became of the issues that the plan names. */
  readonly issues?: readonly SettledIssue[];
  /** A person wants nothing of it landed; it is closed as soon as it has settled. */
  readonly abandoned?: { readonly by: string; readonly reason: string };
  /** Where the branch had moved: the tasks on top of it, and how often that happened in this close. */
  readonly replayed?: Replayed & { readonly count: number };
  readonly refused?: Failure;
  readonly advanced?: { readonly branch: string; readonly from: CommitId; readonly to: CommitId };
};

/** The state before the first fact. */
export const initialState: RunState = {
  position: 0,
  now: 0,
  session: undefined,
  control: {},
  waves: [],
  tasks: new Map(),
  attempts: new Map(),
  integration: { head: commitId(""), tree: treeId(""), line: [] },
  gates: [],
  blames: [],
  waived: [],
  decisions: new Map(),
  reviews: new Map(),
  deviations: [],
  firedTimers: new Set(),
  open: new Map(),
  issued: new Set(),
  failedCommands: new Map(),
  close: {},
};
