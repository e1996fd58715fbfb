import type { AttemptId, CommandId, CommitId, DecisionId, TaskId, TreeId } from "../ids.ts";
import type { AttemptLimits } from "../plan/schedule.ts";
import type { Enforcement, GateSpec, Isolation, TaskScope } from "../plan/plan.ts";
import type { CommitStyle, Fact } from "./fact.ts";
import type { GateRun } from "./gate-run.ts";
import type { Question } from "./question.ts";
import type { SurveyOrder } from "./survey.ts";

/**
 * An order of the decider to whoever performs it. The id is derived from the state, so that asking twice
 * gives the same id, and a shell performs each id at most once while it lives. Each command is settled by
 * exactly one fact that names it as its cause (see `docs/spec/shell.md`).
 */
export type Command =
  | PrepareWorkspace
  | StartAgent
  | NudgeAgent
  | StopAgent
  | SnapshotResult
  | CheckFindings
  | MergeResult
  | AuditResult
  | AdvanceIntegration
  | RunGate
  | CheckReview
  | AskPerson
  | FileCarryover
  | DiscardWorkspace
  | AdvanceBranch
  | SettleIssue;

type Ordered<Kind extends string> = { readonly type: Kind; readonly id: CommandId };

/** Make the attempt's own working tree at `base`, with the kept result `carry` on top of it if given. */
export type PrepareWorkspace = Ordered<"prepare-workspace"> & {
  readonly attempt: AttemptId;
  readonly base: CommitId;
  readonly isolation: Isolation;
  readonly carry?: CommitId;
};

/** Start the attempt's process; it outlives the coordinator and ends within `limits`. */
export type StartAgent = Ordered<"start-agent"> & {
  readonly attempt: AttemptId;
  readonly agent: string;
  readonly model?: string;
  readonly workspace: string;
  readonly prompt: string;
  readonly scope: TaskScope;
  readonly enforcement: Enforcement;
  readonly limits: AttemptLimits;
  /** The shape of the final report, where it is not that of a task. */
  readonly report?: "review";
  /** A conversation of the runtime to go on with, and what of its cost is recorded already. */
  readonly resume?: string;
  readonly resumedUsd?: number;
};

/** Hand one message to a running agent, where its runtime takes messages. */
export type NudgeAgent = Ordered<"nudge-agent"> & { readonly attempt: AttemptId; readonly text: string };

/** End a running attempt; its result is kept. `force` skips the orderly part. */
export type StopAgent = Ordered<"stop-agent"> & {
  readonly attempt: AttemptId;
  readonly reason: string;
  readonly force: boolean;
};

/** Record the workspace as a commit under the attempt's ref, and look in it where `survey` asks for something. */
export type SnapshotResult = Ordered<"snapshot-result"> & {
  readonly attempt: AttemptId;
  readonly workspace: string;
  readonly base: CommitId;
  readonly survey?: SurveyOrder;
};

/** Check the findings of a read-only task: paths exist, checks reproduce. */
export type CheckFindings = Ordered<"check-findings"> & {
  readonly attempt: AttemptId;
  readonly base: CommitId;
};

/** Build the candidate commit of a result on `head`; moves nothing. */
export type MergeResult = Ordered<"merge-result"> & {
  readonly attempt: AttemptId;
  readonly task: TaskId;
  readonly title: string;
  readonly base: CommitId;
  readonly result: CommitId;
  readonly head: CommitId;
};

/** Judge every path that `candidate` changes against `head`; quarantine what is held. */
export type AuditResult = Ordered<"audit-result"> & {
  readonly attempt: AttemptId;
  readonly head: CommitId;
  readonly candidate: CommitId;
  readonly scope: TaskScope;
  /** True where the part in scope may still land (`warn` and `off`). */
  readonly keepRest: boolean;
  /** Files that must be there afterwards. */
  readonly declared?: readonly string[];
};

/** Move the integration ref from `from` to `to`, if it still is at `from`. */
export type AdvanceIntegration = Ordered<"advance-integration"> & {
  readonly attempt: AttemptId;
  readonly from: CommitId;
  readonly to: CommitId;
  readonly tree: TreeId;
};

/** Run one check on one commit in a clean workspace; `lookUp` allows the report of an equal run. */
export type RunGate = Ordered<"run-gate"> & {
  readonly run: GateRun;
  readonly spec: GateSpec;
  readonly lookUp: boolean;
};

/** Check what a reviewer stated of the change from `from` to `to`: places exist, checks reproduce. */
export type CheckReview = Ordered<"check-review"> & {
  readonly attempt: AttemptId;
  readonly review: string;
  readonly wave: number;
  readonly from: CommitId;
  readonly to: CommitId;
};

/** Put a question where a person sees it. */
export type AskPerson = Ordered<"ask-person"> & {
  readonly decision: DecisionId;
  readonly question: Question;
};

/** File planned work that did not finish where the project keeps its open work. */
export type FileCarryover = Ordered<"file-carryover"> & {
  readonly task: TaskId;
  readonly title: string;
  readonly reason: string;
};

/** Give a workspace back; only when its content is under a ref. */
export type DiscardWorkspace = Ordered<"discard-workspace"> & {
  readonly attempt: AttemptId;
  readonly workspace: string;
  readonly result: CommitId;
};

/**
 * Move the user's branch from `base` to commits whose last tree is `tree`. The only command that touches the
 * checkout. Where the branch is elsewhere, the tasks are put onto it and nothing is moved yet.
 */
export type AdvanceBranch = Ordered<"advance-branch"> & {
  readonly branch: string;
  readonly base: CommitId;
  readonly head: CommitId;
  readonly tree: TreeId;
  readonly commits: "per-task" | "summary";
  /** `task` where it is absent. */
  readonly style?: CommitStyle;
  /** The branch moved under every earlier try: this time that is a refusal. */
  readonly last?: true;
};

/** Say in an issue that the plan names what became of its work, and close it where all of it is done. */
export type SettleIssue = Ordered<"settle-issue"> & { readonly issue: number; readonly done: boolean };

/**
 * What the decider wants at this moment.
 *
 * `record` are facts that follow from the state alone (a wave starts, a task moves); the shell appends
 * them and asks again. `commands` are orders not yet issued. `timers` and `projection` are wishes: they
 * are functions of the state, are repeated until they change, and are not written to the journal.
 */
export type Decision = {
  readonly record: readonly Fact[];
  readonly commands: readonly Command[];
  readonly timers: readonly Timer[];
  /** Changes whenever the published views (STATE.md, wave-scope.json) must be written again. */
  readonly projection: string;
};

/** Wake the decider with `timer.fired` once the clock reaches `at`, in milliseconds since the epoch. */
export type Timer = { readonly id: string; readonly at: number };
