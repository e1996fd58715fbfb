import { sessionRecord } from "../projection/summary.ts";
import { dispositionOf } from "../run/disposition.ts";
import { outcomeOf, type OutcomeKind } from "../run/outcome.ts";
import type { RunState, TaskState } from "../run/state.ts";

/** What a session advises for the next one, by its own figures. */
export type Recommendation = {
  readonly mode: "plan-retro" | "deep" | "feature";
  /** Titles of open work, the most pressing first; five at most. */
  readonly priorities: readonly string[];
  readonly carryoverRatio: number;
  readonly completionRate: number;
  readonly rationale: string;
};

/** An approach that did not work, in the words of whoever tried it, and why. */
export type Dead = { readonly approach: string; readonly why: string };

const MOST_PRIORITIES = 5;
const MOST_DEAD = 20;
const LITTLE = 0.5;
const MUCH = 0.3;

/**
 * Less than half done: look back first. Three tenths or more carried over: a deep session. Else a feature
 * session.
 */
export function recommendationOf(state: RunState): Recommendation {
  const figures = sessionRecord(state, state.now)?.effectiveness;
  const planned = figures?.planned_issues ?? 0;
  const completionRate = figures?.completion_rate ?? 1;
  const carryover = figures?.carryover ?? 0;
  const carryoverRatio = planned === 0 ? 0 : Math.round((carryover / planned) * 100) / 100;
  const mode = completionRate < LITTLE ? "plan-retro" : carryoverRatio >= MUCH ? "deep" : "feature";
  return {
    mode,
    priorities: openWork(state).slice(0, MOST_PRIORITIES),
    carryoverRatio,
    completionRate,
    rationale: `${figures?.completed ?? 0} of ${planned} planned tasks done, ${carryover} carried over`,
  };
}

const RANK: readonly string[] = ["critical", "high", "medium", "low"];

function openWork(state: RunState): readonly string[] {
  const rank = ({ task }: TaskState): number => {
    const found = RANK.indexOf((task.priority ?? "medium").toLowerCase());
    return found === -1 ? RANK.length : found;
  };
  return [...state.tasks.values()]
    .filter((each) => dispositionOf(state, each)?.kind === "carried")
    .toSorted((a, b) => rank(a) - rank(b) || a.order - b.order)
    .map(({ task }) => task.title);
}

/** Attempts that came to nothing, and work that a person rejected; the newest twenty. */
export function notToRetry(state: RunState): readonly Dead[] {
  const failed = [...state.attempts.values()].flatMap((attempt): readonly Dead[] => {
    const outcome = outcomeOf(state, attempt);
    const task = state.tasks.get(attempt.task)?.task;
    if (outcome === undefined || task === undefined || !isDeadEnd(outcome.kind)) return [];
    const how = attempt.correction === undefined ? "as planned" : `by ${attempt.correction.rule}`;
    return [{ approach: `${task.title}, ${how} (${attempt.id})`, why: `${outcome.kind}: ${outcome.detail}` }];
  });
  const rejected = [...state.tasks.values()].flatMap(({ task, dropped }): readonly Dead[] =>
    dropped === undefined
      ? []
      : [{ approach: task.title, why: `dropped by ${dropped.by}: ${dropped.reason}` }],
  );
  return [...failed, ...rejected].slice(-MOST_DEAD);
}

function isDeadEnd(kind: OutcomeKind): boolean {
  switch (kind) {
    case "failed":
    case "spiral":
    case "stagnant":
    case "timed-out":
      return true;
    case "done":
    case "no-op":
    case "partial":
    case "cancelled":
    case "lost":
      return false;
  }
}
