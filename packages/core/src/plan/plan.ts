import type { GateId, TaskId } from "../ids.ts";

/** The three kinds of session; the kind sets the turn limit and the depth of Discovery and Quality. */
export type SessionType = "housekeeping" | "feature" | "deep";

/** What a task is for; a wave runs one role or a combination of them. */
export type Role = "discovery" | "impl-core" | "impl-polish" | "docs" | "quality" | "finalization";

/** Where an attempt works: its own worktree, or the session's one integration tree. */
export type Isolation = "worktree" | "none";
/** How the door treats a write out of scope. The audit has no such switch. */
export type Enforcement = "strict" | "warn" | "off";
/** Whether a session may start where no operating-system wall works. */
export type WallPolicy = "required" | "preferred" | "off";
/** How likely the agents of a wave are to meet in the same file; `high` forces worktrees. */
export type CollisionRisk = "low" | "medium" | "high";
/** What happens when a task fails: another attempt by the tables, or a question at once. */
export type OnFail = "retry" | "ask" | "carry";

/** Files a task may write. Read-only tasks deliver findings instead of a change. */
export type TaskScope =
  | { readonly kind: "read-only" }
  | { readonly kind: "write"; readonly globs: readonly string[] };

/** A check that the engine runs on a tree. `timeoutSeconds` bounds one run. */
export type GateSpec = {
  readonly id: GateId;
  readonly command: string;
  readonly cwd?: string;
  readonly reporter?: string;
  readonly report?: string;
  readonly timeoutSeconds?: number;
  readonly net?: "none" | "host";
};

/** A documentation duty that `close` verifies against the real diff. */
export type DocsTask = {
  readonly id: string;
  readonly audience: "user" | "dev" | "vault";
  readonly targetPattern: string;
  readonly rationale: string;
  readonly wave: number;
};

/** One task as its author wrote it, with the defaults of the plan language filled in. */
export type PlanTask = {
  readonly id: TaskId;
  readonly title: string;
  readonly role: Role;
  readonly scope: TaskScope;
  readonly shared: readonly string[];
  readonly reads: readonly string[];
  readonly depends: readonly TaskId[];
  readonly verify: readonly string[];
  readonly doneWhen: readonly string[];
  readonly produces: readonly string[];
  readonly agent?: string;
  readonly model?: string;
  readonly turns?: number;
  /** The longest that one attempt may take. */
  readonly minutes?: number;
  readonly isolation?: Isolation | "auto";
  readonly collisionRisk?: CollisionRisk;
  readonly contractLock: boolean;
  readonly redFirst: boolean;
  readonly reproduce?: string;
  readonly docs?: string;
  readonly issue?: number;
  readonly priority?: string;
  readonly onFail: OnFail;
  /** True where finding nothing to change is a success. */
  readonly noOp: boolean;
  readonly brief: string;
};

/** One wave as written: its number, its name and its tasks in order. */
export type PlanWave = {
  readonly number: number;
  readonly name: string;
  readonly tasks: readonly PlanTask[];
};

/** The most of each thing that several attempts may use together; an absent one is not bounded. */
export type Ceiling = { readonly usd?: number; readonly tokens?: number; readonly turns?: number };

/** Ceilings of a whole session, of each of its tasks and of each of its waves; an absent ceiling is not set. */
export type Budget = Ceiling & {
  readonly minutes?: number;
  readonly task?: Ceiling;
  readonly wave?: Ceiling;
};

/**
 * A plan as a value: what a person agreed to, without positions, state or machine facts.
 * Its canonical JSON is hashed, and the hash is what gets approved.
 */
export type Plan = {
  readonly breakwater: 1;
  readonly title: string;
  readonly intent: string;
  readonly session: SessionType;
  readonly base?: string;
  readonly issues: readonly number[];
  readonly budget: Budget;
  readonly agents: {
    readonly default?: string;
    readonly reviewer?: string;
    /** The model of reviews; absent for what the reviewer's client takes by itself. */
    readonly reviewerModel?: string;
    readonly maxParallel?: number;
    readonly turns?: number;
    readonly minutes?: number;
    readonly model?: string;
  };
  readonly waveCount?: number;
  readonly agentsPerWave?: number;
  readonly isolation?: Isolation | "auto";
  readonly enforcement?: Enforcement;
  readonly maxTurns?: number | "auto";
  readonly schedule?: "waves";
  readonly wall?: WallPolicy;
  readonly gates: {
    readonly afterWave?: readonly GateId[];
    readonly beforeFinish?: readonly GateId[];
    readonly commands: readonly GateSpec[];
  };
  readonly workspaceSetup?: string;
  readonly workspaceCopy: readonly string[];
  readonly docsTasks: readonly DocsTask[];
  readonly focus?: string;
  readonly waves: readonly PlanWave[];
};
