import { interruptionOf, resumptionFor, type Resumption } from "../policy/resumption.ts";
import type { CommitId } from "../ids.ts";
import type { Correction } from "./fact.ts";
import type { AttemptOutcome } from "./outcome.ts";
import type { AttemptState, RunState, TaskState } from "./state.ts";

/** Whether the attempt that follows `earlier` goes on with the conversation of its agent. */
export function resumptionAfter(state: RunState, task: TaskState, earlier: AttemptState): Resumption {
  const { agent, model } = task.task;
  const known = state.session?.agents?.find((each) => each.name === agent)?.guarantees["resume"];
  return resumptionFor({
    interruption: interruptionOf(earlier.notStarted === undefined ? earlier.report?.ending : undefined),
    session: sessionOf(earlier),
    capability: known?.holds ?? "unknown",
    sameAgent: earlier.agent === undefined || isSame(earlier.agent, { name: agent, model }),
    repeated: earlier.stagnationCount > 0,
    kept: earlier.notStarted !== undefined || earlier.result !== undefined,
    failedBefore: attemptsOf(state, task).some(failedAtOnce),
  });
}

/**
 * What an attempt is told and given that goes on with the conversation of `earlier`: its files as they were
 * left, its scope as it was, and no more than what happened.
 */
export function resumingCorrection(
  earlier: AttemptState,
  outcome: AttemptOutcome,
  { session, rule, why }: Extract<Resumption, { readonly kind: "resume" }>,
): Correction {
  const carry = leftBy(earlier);
  const globs = earlier.correction?.globs;
  return {
    rule,
    brief: `You were interrupted: ${why}.\n${outcome.detail}`,
    resume: { session, from: earlier.id },
    ...(globs === undefined ? {} : { globs }),
    ...(carry === undefined ? {} : { carry }),
  };
}

/** The rule of the one fresh start that follows a session which could not be resumed. */
export const FALLBACK_RULE = "resume:failed";

/** What an attempt is told that starts anew because going on failed; undefined where it did not. */
export function fallbackCorrection(earlier: AttemptState, outcome: AttemptOutcome): Correction | undefined {
  if (!failedAtOnce(earlier)) return undefined;
  const carry = leftBy(earlier);
  const globs = earlier.correction?.globs;
  return {
    rule: FALLBACK_RULE,
    brief: `The session of the agent that worked before could not be resumed. Start anew, and do only what remains.\n${outcome.detail}`,
    ...(globs === undefined ? {} : { globs }),
    ...(carry === undefined ? {} : { carry }),
  };
}

/** True where an attempt was to go on with a conversation and its client failed before the agent did anything. */
export function failedAtOnce({ correction, report }: AttemptState): boolean {
  if (correction?.resume === undefined || report === undefined) return false;
  const { ending, usage } = report;
  if (usage.turns > 0 || usage.toolCalls > 0) return false;
  return ending.kind === "failed" || (ending.kind === "error" && OWN_FAULTS.has(ending.class));
}

/** Errors that speak of the client, not of its provider. */
const OWN_FAULTS: ReadonlySet<string> = new Set(["crash", "protocol", "refusal", "context-overflow"]);

/**
 * What of the cost of a conversation is recorded by the attempts that held it, for clients that tell only the
 * sum of all of it. What an interrupted attempt could not tell any more is told by the one that goes on.
 */
export function recordedUsd(state: RunState, { correction }: AttemptState): number {
  const from = correction?.resume?.from;
  const before = from === undefined ? undefined : state.attempts.get(from);
  return before === undefined ? 0 : (before.usage?.usd ?? 0) + recordedUsd(state, before);
}

/** The conversation of an attempt; one that goes on with another's has it before its agent says so. */
function sessionOf({ report, runtimeSession, correction }: AttemptState): string | undefined {
  return report?.runtimeSession ?? runtimeSession ?? correction?.resume?.session;
}

/** The files as an attempt left them; one that never worked leaves those it would have begun with. */
function leftBy({ result, correction }: AttemptState): CommitId | undefined {
  if (result === undefined) return correction?.carry;
  return result.changed > 0 ? result.commit : undefined;
}

function attemptsOf(state: RunState, { attempts }: TaskState): readonly AttemptState[] {
  return attempts.flatMap((id) => state.attempts.get(id) ?? []);
}

type Agent = NonNullable<AttemptState["agent"]>;

function isSame(a: Agent, b: { readonly name: string; readonly model: string | undefined }): boolean {
  return a.name === b.name && a.model === b.model;
}
