import type { CommitId, GateId, PlanHash, TaskId } from "../ids.ts";
import type {
  Budget,
  CollisionRisk,
  DocsTask,
  Enforcement,
  GateSpec,
  Isolation,
  PlanTask,
  Role,
  SessionType,
  WallPolicy,
} from "./plan.ts";
import type { ChosenAgent } from "./sizing/kind-of-work.ts";

/** Where a resolved value came from, for `config explain` and the audit trail. */
export type Origin = "flag" | "environment" | "plan" | "local" | "config" | "default" | "engine";

/** Bounds on one attempt, all counted by code; milliseconds and counts. */
export type AttemptLimits = {
  readonly turns: number;
  readonly toolCalls: number;
  readonly wallMs: number;
  readonly idleMs: number;
  /** What an attempt may still do after it was told to wrap up, before it is stopped. */
  readonly graceMs: number;
  readonly outputBytes: number;
  readonly tokens?: number;
  readonly usd?: number;
};

/** A task with every default resolved: what the decider works on. */
export type ScheduledTask = Omit<PlanTask, "isolation" | "agent" | "turns" | "minutes"> & {
  readonly agent: string;
  readonly limits: AttemptLimits;
  /**
   * Tasks of the same wave that must have ended, well or badly, before this one starts; absent for none.
   * `depends` is stronger: those must be done.
   */
  readonly after?: readonly TaskId[];
  /** The profile of the project whose words go into the prompt; absent for none. */
  readonly profile?: ChosenAgent;
  /** Why the task exists: agreed in the plan, added by the compiler, or a repair. */
  readonly source: TaskSource;
};

export type TaskSource =
  | { readonly kind: "plan" }
  | { readonly kind: "simplify" }
  /** A repair of what `gate` blames the merge of `of` for; `commit` is that merge. */
  | {
      readonly kind: "fix";
      readonly of: TaskId;
      readonly gate: GateId;
      readonly commit: CommitId;
      readonly reason: string;
    }
  /** A piece of a task that ran out of time as a whole. */
  | { readonly kind: "split"; readonly of: TaskId; readonly reason: string }
  /** A repair of findings of the review `of`, by their ids. */
  | {
      readonly kind: "finding";
      readonly of: string;
      readonly findings?: readonly string[];
      readonly reason: string;
    };

/** A wave after roles were mapped to waves and empty ones dropped; numbered from 1 without gaps. */
export type ScheduledWave = {
  readonly number: number;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly isolation: Isolation;
  /** Why the isolation is what it is; absent in a journal from before it was recorded. */
  readonly isolationBecause?: string;
  /** How likely its tasks meet; absent as above. */
  readonly collision?: { readonly risk: CollisionRisk; readonly because: string };
  readonly enforcement: Enforcement;
  /** Task ids in plan order; dependencies among them make the sub-phases. */
  readonly tasks: readonly TaskId[];
};

/**
 * A compiled plan: waves, tasks and ceilings with every value resolved. It is stored whole in the first
 * fact of a session, so that no later change of a file changes a running session.
 */
export type Schedule = {
  readonly hash: PlanHash;
  readonly title: string;
  readonly intent: string;
  readonly session: SessionType;
  readonly focus?: string;
  readonly issues: readonly number[];
  readonly waves: readonly ScheduledWave[];
  readonly tasks: readonly ScheduledTask[];
  readonly gates: {
    readonly specs: readonly GateSpec[];
    readonly afterWave: readonly GateId[];
    readonly beforeFinish: readonly GateId[];
  };
  readonly budget: Budget;
  readonly agentsPerWave: number;
  readonly maxParallel: number;
  readonly reviewer?: string;
  /** The model of reviews, in the words of the reviewer's client. */
  readonly reviewerModel?: string;
  /** A little housekeeping: checked once, after its last task (`takesExpressPath`). */
  readonly express?: true;
  readonly wall: WallPolicy;
  readonly workspaceSetup?: string;
  readonly workspaceCopy: readonly string[];
  readonly docsTasks: readonly DocsTask[];
  /** Origin of each resolved session-wide value, by its plan key. */
  readonly origins: Readonly<Record<string, Origin>>;
};
