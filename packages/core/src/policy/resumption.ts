import type { AttemptEnding, LimitKind, RuntimeErrorClass } from "../run/attempt-report.ts";

/** How the conversation of an attempt came to its end, as far as going on with it is concerned. */
export type Interruption =
  | Exclude<AttemptEnding["kind"], "limit" | "error">
  | "not-started"
  | `limit:${LimitKind}`
  | `error:${RuntimeErrorClass}`;

/** One row: whether the conversation is gone on with, and why, as the agent and a person read it. */
export type ResumptionRow = { readonly resumes: boolean; readonly why: string };

const resumes = (why: string): ResumptionRow => ({ resumes: true, why });
const fresh = (why: string): ResumptionRow => ({ resumes: false, why });

/** The one table that says which conversations are gone on with; every row has a scenario. */
export const RESUMPTION: Readonly<Record<Interruption, ResumptionRow>> = {
  lost: resumes("the process around it was lost"),
  stopped: resumes("it was stopped, and somebody wants it to go on"),
  "not-started": resumes("its process did not get under way"),
  "limit:turns": resumes("its turns were used up"),
  "limit:tool-calls": resumes("its tool calls were used up"),
  "limit:wall": resumes("its time was over"),
  "limit:idle": resumes("it was silent for too long"),
  "limit:output": fresh("it flooded its output"),
  "limit:tokens": fresh("a long conversation used up its tokens, and going on would use more"),
  "limit:usd": fresh("a long conversation used up its money, and going on would use more"),
  "error:quota": resumes("its provider's quota was used up"),
  "error:rate-limit": resumes("its provider took no more requests"),
  "error:auth": resumes("its provider did not accept the sign-in"),
  "error:billing": resumes("its provider wanted to be paid"),
  "error:overload": resumes("its provider was overloaded"),
  "error:network": resumes("the network failed"),
  "error:crash": resumes("its client crashed"),
  "error:protocol": fresh("its client broke the protocol"),
  "error:context-overflow": fresh("the conversation is full"),
  "error:refusal": fresh("the model refused, and would read its refusal again"),
  completed: fresh("it came to its own end"),
  failed: fresh("it came to its own end"),
  stuck: fresh("it repeated itself, and would read its loop again"),
  "gate-missing": fresh("its client did not honour the write gate"),
};

/** What the table is asked with. */
export type ResumptionQuestion = {
  readonly interruption: Interruption;
  /** The runtime's own id of the conversation, where the agent told it. */
  readonly session: string | undefined;
  /** Whether its runtime can go on with a conversation, as recorded when the session began. */
  readonly capability: "yes" | "no" | "unknown";
  /** Whether the next attempt is by the same runtime and model. */
  readonly sameAgent: boolean;
  /** Whether it was seen to repeat itself, even where it was only told. */
  readonly repeated: boolean;
  /** Whether what it had done is kept, so that its files are what it remembers. */
  readonly kept: boolean;
  /** Whether going on failed in this task before. */
  readonly failedBefore: boolean;
};

/** Whether the next attempt goes on with the conversation; `rule` names the row or the condition. */
export type Resumption =
  | { readonly kind: "resume"; readonly session: string; readonly rule: string; readonly why: string }
  | { readonly kind: "fresh"; readonly rule: string; readonly why: string };

/** Looks up whether the conversation of an interrupted attempt is gone on with. Unknown is never yes. */
export function resumptionFor(question: ResumptionQuestion): Resumption {
  const { interruption, session } = question;
  const { resumes, why } = RESUMPTION[interruption];
  if (!resumes) return { kind: "fresh", rule: `fresh:${interruption}`, why };
  if (session === undefined) return condition("no-session", "its agent told no session");
  if (!SESSION_ID.test(session)) return condition("odd-session", "the id of its session is no plain word");
  if (question.capability !== "yes") return condition("runtime", "its runtime is not known to resume");
  if (!question.sameAgent) return condition("other-agent", "the next attempt is by another agent or model");
  if (question.repeated) return condition("loop", "it repeated itself, and would read its loop again");
  if (!question.kept) return condition("not-kept", "what it had done could not be recorded");
  if (question.failedBefore) return condition("failed-before", "a session could not be resumed before");
  return { kind: "resume", session, rule: `resume:${interruption}`, why };
}

/** The ending in the words of the table; none where no process got under way. */
export function interruptionOf(ending: AttemptEnding | undefined): Interruption {
  if (ending === undefined) return "not-started";
  if (ending.kind === "limit") return `limit:${ending.limit}`;
  return ending.kind === "error" ? `error:${ending.class}` : ending.kind;
}

/** The id goes to a command line: a word that no client can take for an option or a path. */
const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_:-]{0,199}$/u;

function condition(rule: string, why: string): Resumption {
  return { kind: "fresh", rule: `fresh:${rule}`, why };
}
