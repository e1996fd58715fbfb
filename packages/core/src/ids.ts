declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `<branch>-<YYYY-MM-DD>-<HHmm>` in UTC; also a folder name and a ref component. */
export type SessionId = Branded<"session">;
/** The id that a plan gives a task: letters and digits, stable for ever. */
export type TaskId = Branded<"task">;
/** One run of a task: `<task>.<n>`, n from 1. */
export type AttemptId = Branded<"attempt">;
/** Derived by the decider from the state, so that asking twice gives the same id. */
export type CommandId = Branded<"command">;
/** A question for a person: `d1`, `d2`, … in the order of asking. */
export type DecisionId = Branded<"decision">;
/** A gate as the plan or Session Config names it: `test`, `typecheck`, `lint`, … */
export type GateId = Branded<"gate">;
/** A full git commit id. */
export type CommitId = Branded<"commit">;
/** A full git tree id. */
export type TreeId = Branded<"tree">;
/** SHA-256 of the canonical JSON of a plan, in hex. */
export type PlanHash = Branded<"plan-hash">;

/** Casts live in this file alone: each function names a text that was checked where it entered. */
export const sessionId = (text: string): SessionId => text as SessionId;
export const taskId = (text: string): TaskId => text as TaskId;
export const commandId = (text: string): CommandId => text as CommandId;
export const decisionId = (text: string): DecisionId => text as DecisionId;
export const gateId = (text: string): GateId => text as GateId;
export const commitId = (text: string): CommitId => text as CommitId;
export const treeId = (text: string): TreeId => text as TreeId;
export const planHash = (text: string): PlanHash => text as PlanHash;

/** The id of a task's n-th attempt. */
export const attemptId = (task: TaskId, n: number): AttemptId => `${task}.${n}` as AttemptId;

/** The task that an attempt runs. */
export const taskOfAttempt = (attempt: AttemptId): TaskId =>
  attempt.slice(0, attempt.lastIndexOf(".")) as TaskId;

/** The number of an attempt, from 1. */
export const numberOfAttempt = (attempt: AttemptId): number =>
  Number(attempt.slice(attempt.lastIndexOf(".") + 1));
