import type { AttemptId, CommitId, GateId, TaskId } from "../ids.ts";

/** One answer a person can give; `consequence` says in a sentence what it leads to. */
export type Option = { readonly id: string; readonly label: string; readonly consequence: string };

/** What a question is about; the answer is applied by `decide/answer.ts` according to this. */
export type QuestionSubject =
  /** The baseline of a gate is red or unknown and cannot tell new failures from old ones. */
  | { readonly kind: "baseline"; readonly gate: GateId }
  /** A task used up its attempts, or asks at its first failure. */
  | { readonly kind: "task-failed"; readonly task: TaskId; readonly attempt: AttemptId }
  /** Content out of scope was held while the rest of the result could land. */
  | {
      readonly kind: "scope-held";
      readonly task: TaskId;
      readonly attempt: AttemptId;
      readonly paths: readonly string[];
    }
  /** A gate stays red or unknown and no rule can repair it. */
  | { readonly kind: "gate-stuck"; readonly gate: GateId; readonly commit: CommitId }
  /** A wave left a major blocker, so that the plan as a whole is in question. */
  | { readonly kind: "course"; readonly wave: number }
  /** An agent asked something that only a person may answer. */
  | { readonly kind: "agent-question"; readonly task: TaskId; readonly text: string };

/**
 * A question that only a person may answer. The first option is the recommended one; `fallback` is what
 * happens at `deadline` (milliseconds since the epoch) when nobody answers. Without a fallback the
 * session waits.
 */
export type Question = {
  readonly subject: QuestionSubject;
  readonly text: string;
  readonly options: readonly [Option, ...Option[]];
  readonly fallback?: string;
  readonly deadline?: number;
};
