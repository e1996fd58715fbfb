import { attemptId } from "../../ids.ts";
import type { CommitId } from "../../ids.ts";
import { ADAPTATION } from "../../policy/adaptation.ts";
import { regionLines } from "../../policy/edit-region.ts";
import { loopHint } from "../../policy/loop-hint.ts";
import type { AttemptFact, Correction } from "../fact.ts";
import { compareGroups, depthOf, membersOf, type Group, type Member } from "../group.ts";
import { lastAttempt, outcomeOf } from "../outcome.ts";
import { chainLength } from "../chain.ts";
import { fallbackCorrection, resumingCorrection, resumptionAfter } from "../resumption.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "../state.ts";
import { agentsOf } from "../scaling.ts";
import { startsOfWave } from "../ceiling.ts";
import { affordableStarts, scarce as scarceInSession, type Metered } from "../spending.ts";
import { untoldCuts } from "./breaker.ts";
import { nothing, record, type Wish } from "./wish.ts";

type Opening = Extract<AttemptFact, { readonly type: "attempt.opened" }>;

/**
 * Opens attempts for tasks that are ready, as many as may run at once: contract tasks first, then the
 * longest chain. Only the group whose turn it is may start.
 */
export function decideStarts(state: RunState, wave: WaveState): Wish {
  if (isHeld(state)) return nothing;
  const members = membersOf(state, wave.wave.number);
  const turn = members[0]?.group;
  if (turn === undefined) return nothing;
  const ready = members.filter((each) => each.kind === "ready" && compareGroups(each.group, turn) === 0);
  const slots = agentsOf(state, wave) - openAttempts(state).length;
  if (ready.length === 0 || slots <= 0) return nothing;
  const affordable = affordableStarts(state);
  if (affordable === 0) return decideExhausted(state);
  const { starts, scarce } = startsOfWave(state, wave);
  if (scarce !== undefined) return carryBeyondCeiling(state, ready, { wave, scarce });
  const base = baseOfGroup(state, wave, turn);
  const first = ready
    .toSorted((a, b) => compareUrgency(state, a, b))
    .slice(0, Math.min(slots, affordable, starts));
  return record(...first.map((member): Opening => openingOf(state, member, base)));
}

/** True while nothing new may start, also before the fact that says so is recorded. */
export function isHeld(state: RunState): boolean {
  const { paused, parked, stopped, limit } = state.control;
  const resting =
    paused !== undefined || parked !== undefined || stopped !== undefined || limit !== undefined;
  return resting || untoldCuts(state).length > 0;
}

/** Who is at work may use less than was set aside; when nobody is, nothing more fits. */
function decideExhausted(state: RunState): Wish {
  const limit = scarceInSession(state);
  return limit === undefined || openAttempts(state).length > 0
    ? nothing
    : record({ type: "session.limit-reached", limit });
}

/** Who is at work in the wave may use less than its share; when nobody is, nothing more of it begins. */
function carryBeyondCeiling(
  state: RunState,
  ready: readonly Member[],
  { wave, scarce: thing }: { readonly wave: WaveState; readonly scarce: Metered },
): Wish {
  if (openAttempts(state).length > 0) return nothing;
  const reason = `wave ${wave.wave.number} has used up its ceiling of ${thing}`;
  return record(...ready.map(({ task }) => ({ type: "task.carried", task: task.task.id, reason }) as const));
}

function openAttempts(state: RunState): readonly AttemptState[] {
  return [...state.attempts.values()].filter(
    (each) => each.report === undefined && each.notStarted === undefined,
  );
}

/**
 * True where an attempt that belongs to no task may start: at once, within the ceiling of its wave, and with
 * enough left for one attempt of each task that was never tried.
 */
export function spareStart(state: RunState, wave: WaveState): "yes" | "later" | "never" {
  const untried = [...state.tasks.values()].filter(
    ({ attempts, carried, dropped }) =>
      attempts.length === 0 && carried === undefined && dropped === undefined,
  );
  if (isHeld(state) || agentsOf(state, wave) <= openAttempts(state).length) return "later";
  const fits = affordableStarts(state) > untried.length && startsOfWave(state, wave).starts > 0;
  return fits ? "yes" : "never";
}

function compareUrgency(state: RunState, a: Member, b: Member): number {
  const contract = Number(b.task.task.contractLock) - Number(a.task.task.contractLock);
  return (
    contract ||
    chainLength(state, b.task.task.id) - chainLength(state, a.task.task.id) ||
    a.task.order - b.task.order
  );
}

/** Every attempt of a group starts where its first one did. */
function baseOfGroup(state: RunState, wave: WaveState, group: Group): CommitId {
  const sibling = [...state.attempts.values()].find((each) => {
    const task = state.tasks.get(each.task);
    if (task === undefined || each.wave !== wave.wave.number || task.wave !== each.wave) return false;
    return each.round === group.round && depthOf(state, task) === group.depth;
  });
  return sibling?.base ?? state.integration.head;
}

function openingOf(state: RunState, { task, group }: Member, base: CommitId): Opening {
  const opening = {
    type: "attempt.opened",
    attempt: attemptId(task.task.id, task.attempts.length + 1),
    wave: task.wave,
    round: group.round,
    base,
  } as const;
  const correction = correctionOf(state, task);
  return correction === undefined ? opening : { ...opening, correction };
}

/** What the next attempt of a task is told about the one before it; undefined for the first. */
function correctionOf(state: RunState, task: TaskState): Correction | undefined {
  const earlier = lastAttempt(state, task.task.id);
  const outcome = earlier === undefined ? undefined : outcomeOf(state, earlier);
  if (earlier === undefined || outcome === undefined) return undefined;
  if (outcome.cause === "landed" || outcome.cause === "nothing-to-do") return wideningOf(task, earlier);
  const fallback = fallbackCorrection(earlier, outcome);
  if (fallback !== undefined) return fallback;
  // A conversation about the whole would go on with the whole.
  const wasSplit = task.narrowed !== undefined && earlier.correction?.globs === undefined;
  const resumption = resumptionAfter(state, task, earlier);
  if (resumption.kind === "resume" && !wasSplit) return resumingCorrection(earlier, outcome, resumption);
  const row = ADAPTATION[outcome.cause];
  const looped = earlier.report?.ending.kind === "stuck" ? earlier.report.ending : undefined;
  const focus = (row.narrows ? looped?.focus : undefined) ?? task.narrowed;
  const hints = looped === undefined ? [] : loopHint(outcome.kind, looped.focus ?? []);
  const carry = row.carriesResult ? keptResult(earlier) : undefined;
  return {
    rule: `adapt:${outcome.cause}`,
    brief: [
      row.brief,
      outcome.detail,
      ...hints,
      ...whereToLook(earlier),
      ...whatIsLeft(task),
      ...earlierVersion(earlier),
    ].join("\n"),
    ...(focus === undefined ? {} : { globs: focus }),
    ...(carry === undefined ? {} : { carry }),
  };
}

function whereToLook({ survey }: AttemptState): readonly string[] {
  return survey === undefined ? [] : regionLines(survey.regions);
}

function whatIsLeft({ narrowed }: TaskState): readonly string[] {
  return narrowed === undefined
    ? []
    : [
        `The task was too much at once. Do only what lies in ${narrowed.join(", ")}; the rest is done elsewhere.`,
      ];
}

/** After a conflict both intents are at hand: what landed is in the files, what the attempt wrote in a commit. */
function earlierVersion({ conflict, result }: AttemptState): readonly string[] {
  const path = conflict?.paths[0];
  if (path === undefined || result === undefined) return [];
  const commit = result.commit.slice(0, 12);
  return [
    `What you had written is in commit ${commit}: read it with git show, for instance ${commit}:${path}`,
  ];
}

/** A person widened the scope: what was held comes back, and the agent may finish it. */
function wideningOf(task: TaskState, earlier: AttemptState): Correction {
  const globs = task.task.scope.kind === "write" ? task.task.scope.globs.join(", ") : "nothing";
  const carry = keptResult(earlier);
  return {
    rule: "decision:amend",
    brief: `A person widened your scope after a part of your change was held back. It is now: ${globs}.`,
    ...(carry === undefined ? {} : { carry }),
  };
}

function keptResult(attempt: AttemptState): CommitId | undefined {
  return attempt.result !== undefined && attempt.result.changed > 0 ? attempt.result.commit : undefined;
}
