import type { Command } from "../command.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "../state.ts";
import { attemptPrompt } from "../../prompt/prompt.ts";
import type { TaskScope } from "../../plan/plan.ts";
import type { AttemptLimits } from "../../plan/schedule.ts";
import { overdueTimer } from "../outcome.ts";
import { recordedUsd } from "../resumption.ts";
import { leftOfTask, leftOfWave, shareOfWave } from "../ceiling.ts";
import { leftOf, reservationOf, type Metered } from "../spending.ts";
import type { SurveyOrder } from "../survey.ts";
import { isHeld } from "./start.ts";
import { combine, commandIdOf, nothing, order, record, wake, type Wish } from "./wish.ts";

/** How much longer than its own limits an attempt may run before the coordinator ends it; milliseconds. */
const OVERDUE_MS = 60_000;
/** How long an attempt that was told to stop may take before it counts as lost; milliseconds. */
const LOST_MS = 120_000;

/** The next step of an attempt that has no outcome yet, up to its recorded result. */
export function decideAttempt(
  state: RunState,
  task: TaskState,
  attempt: AttemptState,
  wave: WaveState,
): Wish {
  if (attempt.notStarted !== undefined) return nothing;
  if (attempt.workspace === undefined) return order(prepareOrder(attempt, wave));
  if (attempt.report !== undefined) return decideResult(state, task, attempt);
  if (attempt.started !== undefined) return decideRunning(state, task.task.limits, attempt);
  return isHeld(state)
    ? nothing
    : order(startOrder(state, task, attempt, { wave, workspace: attempt.workspace }));
}

/** Makes the workspace of an attempt. */
export function prepareOrder(attempt: AttemptState, { wave }: WaveState): Command {
  const id = commandIdOf("prepare-workspace", attempt.id);
  const carry = attempt.correction?.carry;
  return {
    type: "prepare-workspace",
    id,
    attempt: attempt.id,
    base: attempt.base,
    isolation: wave.isolation,
    ...(carry === undefined ? {} : { carry }),
  };
}

function startOrder(
  state: RunState,
  { task, ...rest }: TaskState,
  attempt: AttemptState,
  { wave, workspace }: { readonly wave: WaveState; readonly workspace: string },
): Command {
  return {
    type: "start-agent",
    id: startId(attempt),
    attempt: attempt.id,
    agent: task.agent,
    ...(task.model === undefined ? {} : { model: task.model }),
    workspace,
    prompt: attemptPrompt(state, { task, ...rest }, attempt),
    scope: scopeOf(task.scope, attempt),
    enforcement:
      wave.wave.isolation === "none" && wave.wave.enforcement === "warn" ? "strict" : wave.wave.enforcement,
    limits: limitsWithin(state, { task, ...rest }, attempt),
    ...resumeOf(state, attempt),
  };
}

/** No attempt may use more than the session has left besides what is set aside for others. */
function limitsWithin(state: RunState, task: TaskState, attempt: AttemptState): AttemptLimits {
  return boundLimits(state, task.task.limits, (thing) => within(state, thing, { task, attempt }));
}

/** Limits cut to what is left of each thing, and to the minutes of the session. */
export function boundLimits(
  state: RunState,
  limits: AttemptLimits,
  bounded: (thing: Metered) => number | undefined,
): AttemptLimits {
  const { session, now } = state;
  const { minutes } = session?.schedule.budget ?? {};
  const [usd, tokens] = [bounded("usd"), bounded("tokens")];
  const turns = Math.max(1, Math.floor(bounded("turns") ?? limits.turns));
  const end = minutes === undefined ? undefined : (session?.approved?.at ?? now) + minutes * 60_000;
  const wallMs = end === undefined ? limits.wallMs : Math.min(limits.wallMs, end - now - limits.graceMs);
  return {
    ...limits,
    turns,
    // Too little time for a grace: the session's own end stops it.
    ...(wallMs > 0 ? { wallMs } : {}),
    ...(usd === undefined ? {} : { usd }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** The least of its own limit and of what session, wave and task leave; one a person asked for has at least its own. */
function within(
  state: RunState,
  thing: Metered,
  { task, attempt }: { readonly task: TaskState; readonly attempt: AttemptState },
): number | undefined {
  // The attempt itself holds a share of its task already.
  const others = { ...task, attempts: task.attempts.filter((id) => id !== attempt.id) };
  const ofTask = leftOfTask(state, others, thing) ?? 0;
  return leastOf([
    task.task.limits[thing],
    withinWave(state, thing, attempt.wave),
    ofTask > 0 ? ofTask : undefined,
  ]);
}

/** What session and wave leave for one attempt that has its share set aside already. */
export function withinWave(state: RunState, thing: Metered, wave: number): number | undefined {
  const ofSession = plus(leftOf(state, thing), reservationOf(state, thing));
  const ofWave = plus(leftOfWave(state, wave, thing), shareOfWave(state, wave, thing));
  return leastOf([ofSession, ofWave]);
}

/** The least of the bounds that there are; undefined where there is none. */
export function leastOf(bounds: readonly (number | undefined)[]): number | undefined {
  const known = bounds.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function plus(left: number | undefined, share: number): number | undefined {
  return left === undefined ? undefined : Math.max(0, left) + share;
}

/** A start that was held back is ordered anew. */
export function startId({ id, heldStarts = 0 }: AttemptState): Command["id"] {
  return heldStarts === 0
    ? commandIdOf("start-agent", id)
    : commandIdOf("start-agent", id, `again-${heldStarts}`);
}

function resumeOf(
  state: RunState,
  attempt: AttemptState,
): Pick<Extract<Command, { readonly type: "start-agent" }>, "resume" | "resumedUsd"> {
  const resume = attempt.correction?.resume?.session;
  return resume === undefined ? {} : { resume, resumedUsd: recordedUsd(state, attempt) };
}

/** The scope of one attempt: the task's, or what a correction narrowed it to. */
function scopeOf(scope: TaskScope, attempt: AttemptState): TaskScope {
  const globs = attempt.correction?.globs;
  return scope.kind === "read-only" || globs === undefined ? scope : { kind: "write", globs };
}

/** A running attempt keeps its own limits; these timers end it when it cannot. */
export function decideRunning(state: RunState, limits: AttemptLimits, attempt: AttemptState): Wish {
  const startedAt = attempt.started?.at ?? attempt.openedAt;
  const overdueAt = startedAt + limits.wallMs + limits.graceMs + OVERDUE_MS;
  const [overdue, lost] = [overdueTimer(attempt.id), `lost:${attempt.id}`];
  if (state.firedTimers.has(lost)) return record(lostExit(attempt));
  if (!state.firedTimers.has(overdue))
    return combine(wake({ id: overdue, at: overdueAt }), decideNudge(attempt));
  const stop = stopOrder(attempt, "it outlived its time limit", { force: true });
  return combine(order(stop), wake({ id: lost, at: overdueAt + LOST_MS }));
}

/** Ends a running attempt; an orderly stop and a forced one are two commands. */
export function stopOrder(
  attempt: AttemptState,
  reason: string,
  { force }: { readonly force: boolean },
): Command {
  const id = commandIdOf(force ? "kill-agent" : "stop-agent", attempt.id);
  return { type: "stop-agent", id, attempt: attempt.id, reason, force };
}

function lostExit(attempt: AttemptState): Wish["record"][number] {
  return {
    type: "attempt.exited",
    attempt: attempt.id,
    report: {
      ending: { kind: "lost", reason: "it neither ended nor answered after it was stopped" },
      exitCode: null,
      claim: { kind: "missing" },
      usage: attempt.usage ?? { turns: 0, toolCalls: 0, denials: 0 },
      findings: [],
      questions: [],
    },
  };
}

function decideNudge(attempt: AttemptState): Wish {
  const next = attempt.steers.findIndex((steer) => steer.delivered === undefined);
  const steer = attempt.steers[next];
  if (steer === undefined) return nothing;
  const id = commandIdOf("nudge-agent", attempt.id, next + 1);
  return order({ type: "nudge-agent", id, attempt: attempt.id, text: steer.text });
}

/** What an attempt left is recorded before anything is concluded from it. */
export function decideResult(state: RunState, task: TaskState | undefined, attempt: AttemptState): Wish {
  const { workspace } = attempt;
  if (workspace === undefined || attempt.resultFailure !== undefined) return nothing;
  if (attempt.result === undefined) {
    const id = commandIdOf("snapshot-result", attempt.id);
    const survey = task === undefined ? undefined : surveyFor(state, task, attempt);
    return order({
      type: "snapshot-result",
      id,
      attempt: attempt.id,
      workspace,
      base: attempt.base,
      ...(survey === undefined ? {} : { survey }),
    });
  }
  const reads = task?.task.scope.kind === "read-only" && attempt.result.changed === 0;
  if (!reads || attempt.findings !== undefined || attempt.report?.ending.kind !== "completed") return nothing;
  const id = commandIdOf("check-findings", attempt.id);
  return order({ type: "check-findings", id, attempt: attempt.id, base: attempt.base });
}

/**
 * After a loop the files that it was about are looked at, so that the next attempt is told where to look; after
 * time ran out the folders of the scope, so that the task can be split.
 */
function surveyFor(
  state: RunState,
  { task: { scope } }: TaskState,
  attempt: AttemptState,
): SurveyOrder | undefined {
  const ending = attempt.report?.ending;
  const timedOut = ending?.kind === "limit" && (ending.limit === "wall" || ending.limit === "idle");
  if (timedOut || state.firedTimers.has(overdueTimer(attempt.id)))
    return scope.kind === "write" ? { globs: scope.globs, files: [] } : undefined;
  if (ending?.kind !== "stuck") return undefined;
  const about = attempt.stagnatedAt === undefined ? [] : [attempt.stagnatedAt];
  const files = [...new Set([...(ending.focus ?? []), ...about])];
  return files.length === 0 ? undefined : { globs: [], files };
}
