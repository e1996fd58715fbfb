import type { OnFail } from "../plan/plan.ts";
import type { AttemptOutcome, OutcomeCause } from "../run/outcome.ts";

/** What follows an attempt that did not succeed. */
export type Step = "same-wave" | "next-wave" | "ask" | "carry" | "park";

/** One row of the adaptation table. */
export type AdaptationRow = {
  /** What follows the first time this cause occurs in a task. */
  readonly first: Step;
  /** How often `first` may be taken for this cause before `afterwards` applies. */
  readonly times: number;
  readonly afterwards: Step;
  /** The next workspace starts with the kept result on top of its base. */
  readonly carriesResult: boolean;
  /** The next attempt may write only the files of the loop's focus. */
  readonly narrows: boolean;
  /** The task is split by directory, where its scope parts; absent for no. */
  readonly splits?: true;
  /** False where the agent was not at fault, so that the task loses no attempt. */
  readonly counts: boolean;
  /** The sentence that the next attempt reads; the outcome's detail follows it. */
  readonly brief: string;
};

type FailureCause = Exclude<OutcomeCause, "landed" | "nothing-to-do">;

/** At most two further attempts; then a person decides. */
export const MAX_ATTEMPTS = 3;

/** Attempts that do not count are bounded too, so that every task ends. */
export const MAX_UNCOUNTED_ATTEMPTS = 5;

const retryNextWave = {
  first: "next-wave",
  times: 2,
  afterwards: "ask",
  narrows: false,
  counts: true,
} as const;
const retryHere = {
  first: "same-wave",
  times: 2,
  afterwards: "ask",
  carriesResult: false,
  narrows: false,
} as const;

/** The one table that maps the cause of a failure to what follows; every row has a scenario. */
export const ADAPTATION: Readonly<Record<FailureCause, AdaptationRow>> = {
  limit: {
    ...retryNextWave,
    carriesResult: true,
    brief: "The last attempt ran out of its limit. Do only what remains.",
  },
  "said-partial": {
    ...retryNextWave,
    carriesResult: true,
    brief: "The last attempt left work open. Do only what remains.",
  },
  "said-failed": {
    ...retryNextWave,
    carriesResult: false,
    brief: "The last attempt gave up. Its reason is below; correct for it.",
  },
  "client-failed": {
    ...retryNextWave,
    carriesResult: false,
    brief: "The last attempt failed. Its error is below.",
  },
  "claim-without-change": {
    ...retryNextWave,
    carriesResult: false,
    brief:
      "The last attempt ended without a change on disk. Make the change, then check that the files hold it.",
  },
  "declared-missing": {
    ...retryNextWave,
    carriesResult: true,
    brief: "Files that the task was to produce are not there. They are named below; make each of them.",
  },
  "no-findings": {
    ...retryNextWave,
    carriesResult: false,
    brief: "The last attempt reported no finding. Report each one with its paths.",
  },
  "findings-rejected": {
    ...retryNextWave,
    carriesResult: false,
    brief: "Findings of the last attempt did not hold. Name only paths that exist and checks that pass.",
  },
  conflict: {
    first: "same-wave",
    times: 1,
    afterwards: "carry",
    carriesResult: false,
    narrows: false,
    counts: true,
    brief:
      "The files below were changed by another task while you worked. Start from the tree you see and keep both intents.",
  },
  "out-of-scope": {
    first: "same-wave",
    times: 1,
    afterwards: "ask",
    carriesResult: false,
    narrows: false,
    counts: true,
    brief:
      "The last attempt changed files outside its scope and nothing of it was taken. Change only files in scope.",
  },
  "verify-red": {
    ...retryNextWave,
    carriesResult: true,
    brief: "The task's check failed on the merged tree. Its output is below.",
  },
  "verify-unknown": {
    first: "ask",
    times: 1,
    afterwards: "ask",
    carriesResult: true,
    narrows: false,
    counts: true,
    brief: "The task's check could not be run.",
  },
  "not-reproduced": {
    first: "ask",
    times: 1,
    afterwards: "ask",
    carriesResult: false,
    narrows: false,
    counts: true,
    brief: "The failure to repair did not show before the change.",
  },
  loop: {
    first: "next-wave",
    times: 1,
    afterwards: "ask",
    carriesResult: false,
    narrows: true,
    counts: true,
    brief:
      "The last attempt repeated itself without progress and was stopped. What it repeated is below; take another way.",
  },
  time: {
    ...retryNextWave,
    carriesResult: true,
    splits: true,
    brief: "The last attempt ran out of time. Do only what remains.",
  },
  "not-started": { ...retryHere, counts: false, brief: "The last attempt could not be started." },
  lost: { ...retryHere, counts: false, brief: "The last attempt was lost with its process." },
  stopped: {
    first: "carry",
    times: 1,
    afterwards: "carry",
    carriesResult: true,
    narrows: false,
    counts: true,
    brief: "The last attempt was stopped.",
  },
  "gate-missing": {
    first: "ask",
    times: 1,
    afterwards: "ask",
    carriesResult: false,
    narrows: false,
    counts: true,
    brief: "The agent's client did not honour the write gate.",
  },
  "provider-blocked": {
    first: "park",
    times: 5,
    afterwards: "ask",
    carriesResult: true,
    narrows: false,
    counts: false,
    brief: "The last attempt was cut off by the provider. Do only what remains.",
  },
  "provider-busy": { ...retryHere, counts: false, brief: "The last attempt was cut off by the provider." },
  "provider-error": {
    ...retryNextWave,
    carriesResult: true,
    brief: "The agent's client failed. Its error is below.",
  },
  engine: {
    first: "park",
    times: 2,
    afterwards: "ask",
    carriesResult: false,
    narrows: false,
    counts: false,
    brief: "The last attempt's result could not be recorded.",
  },
};

/** What the table is asked with: the newest outcome and the history before it. */
export type AdaptationQuestion = {
  readonly outcome: AttemptOutcome;
  /** Causes of all concluded attempts of the task, the newest last. */
  readonly causes: readonly OutcomeCause[];
  readonly onFail: OnFail;
  /** True where a conversation could not be gone on with, which is answered by one fresh start. */
  readonly fallsBack?: boolean;
  /** Others of its wave build on the task: they wait, and a person is asked before it moves to a later wave. */
  readonly contract?: boolean;
  /** What the attempts of the task have used up together of the plan's ceiling for one task. */
  readonly spent?: string;
};

/** The rule by which a contract task that did not succeed is asked about while others wait for it. */
export const CONTRACT_RULE = "contract-lock:ask";

type Following = { readonly step: Step; readonly rule: string };

/** What follows a failed attempt, and the name of the row that says so; no further attempt beyond a ceiling. */
export function stepAfter(question: AdaptationQuestion): Following {
  const following = stepByTable(question);
  if (question.spent === undefined || following.step === "ask" || following.step === "carry")
    return following;
  return { step: "carry", rule: `budget:task-${question.spent}` };
}

function stepByTable(question: AdaptationQuestion): Following {
  const { cause } = question.outcome;
  if (cause === "landed" || cause === "nothing-to-do") return { step: "carry", rule: "adapt:none" };
  if (question.fallsBack === true) return { step: "same-wave", rule: "resume:failed" };
  const row = ADAPTATION[cause];
  if (row.counts && question.onFail === "carry") return { step: "carry", rule: "on-fail:carry" };
  if (row.counts && question.onFail === "ask") return { step: "ask", rule: "on-fail:ask" };
  if (
    question.causes.filter(countsAsAttempt).length >= MAX_ATTEMPTS &&
    cause !== "stopped" &&
    cause !== "conflict"
  ) {
    return { step: "ask", rule: "adapt:attempts-used-up" };
  }
  if (question.causes.length >= MAX_ATTEMPTS + MAX_UNCOUNTED_ATTEMPTS)
    return { step: "ask", rule: "adapt:attempts-used-up" };
  const seen = question.causes.filter((each) => each === cause).length;
  const step = seen <= row.times ? row.first : row.afterwards;
  if (question.contract === true && step === "next-wave") return { step: "ask", rule: CONTRACT_RULE };
  return { step, rule: `adapt:${cause}:${seen}` };
}

function countsAsAttempt(cause: OutcomeCause): boolean {
  return cause !== "landed" && cause !== "nothing-to-do" && ADAPTATION[cause].counts;
}
