import { taskId, type TaskId } from "../../ids.ts";
import { reviewPrompt } from "../../prompt/review-prompt.ts";
import type { AttemptLimits } from "../../plan/schedule.ts";
import type { Failure } from "../../failure.ts";
import { leftOfTask } from "../ceiling.ts";
import type { Metered } from "../spending.ts";
import type { AttemptState, RunState, WaveState } from "../state.ts";
import {
  decideResult,
  boundLimits,
  decideRunning,
  leastOf,
  prepareOrder,
  startId,
  withinWave,
} from "./attempt.ts";
import { isHeld } from "./start.ts";
import { nothing, order, record, type Wish } from "./wish.ts";

/** The review of a wave; its attempts are named after it. No task can have this id, which holds a hyphen. */
export const reviewOf = (wave: number): TaskId => taskId(`review-${wave}`);

/** The attempts of reviewers, of one review or of all, oldest first. */
export function reviewAttempts(state: RunState, review?: string): readonly AttemptState[] {
  return [...state.attempts.values()].filter(
    ({ reviewing }) => reviewing !== undefined && (review === undefined || reviewing.review === review),
  );
}

/** The next step of a reviewer's attempt up to its recorded result; it lives as an attempt of a task does. */
export function decideReviewAttempt(state: RunState, wave: WaveState, attempt: AttemptState): Wish {
  const limits = reviewLimits(state, wave);
  const { workspace } = attempt;
  const { reviewer = "", reviewerModel: model } = state.session?.schedule ?? {};
  if (workspace === undefined) return order(prepareOrder(attempt, wave));
  if (attempt.report !== undefined) return decideResult(state, undefined, attempt);
  if (attempt.started !== undefined) return decideRunning(state, limits, attempt);
  if (isHeld(state)) return nothing;
  return order({
    type: "start-agent",
    id: startId(attempt),
    attempt: attempt.id,
    agent: reviewer,
    ...(model === undefined ? {} : { model }),
    workspace,
    prompt: reviewPrompt(state, attempt, limits),
    scope: { kind: "read-only" },
    enforcement: "strict",
    limits: boundLimits(state, limits, (thing) =>
      leastOf([limits[thing], withinWave(state, thing, attempt.wave), withinReview(state, thing, attempt)]),
    ),
    report: "review",
  });
}

/** The attempts of a review share the ceiling of a task. */
function withinReview(state: RunState, thing: Metered, { id, reviewing }: AttemptState): number | undefined {
  const others = reviewAttempts(state, reviewing?.review).filter((each) => each.id !== id);
  const left = leftOfTask(state, { attempts: others.map((each) => each.id) }, thing) ?? 0;
  return left > 0 ? left : undefined;
}

/** A reviewer gets what the longest task of its wave got. */
function reviewLimits(state: RunState, { wave }: WaveState): AttemptLimits {
  const tasks = state.session?.schedule.tasks ?? [];
  const own = tasks.filter(({ id }) => wave.tasks.includes(id));
  const limits = (own.length === 0 ? tasks : own).map((task) => task.limits);
  return limits.reduce((most, each) => (each.turns > most.turns ? each : most), limits[0] ?? NO_LIMITS);
}

/** Of a schedule without tasks, in which nothing can be reviewed. */
const NO_LIMITS: AttemptLimits = {
  turns: 1,
  toolCalls: 1,
  wallMs: 1,
  idleMs: 1,
  graceMs: 1,
  outputBytes: 1,
};

/** What is recorded where a session ends before a review that had begun; undefined where none had. */
export function abandonedReview(state: RunState, { wave }: WaveState, reason: string): Wish | undefined {
  const review = reviewOf(wave.number);
  if (state.reviews.has(review) || reviewAttempts(state, review).length === 0) return undefined;
  return unknownReview(wave.number, reason);
}

/** Records that nobody knows what a review would have said. */
export function unknownReview(wave: number, why: string): Wish {
  const failure: Failure = {
    code: "BW760",
    message: `there is no review of wave ${wave}: ${why}`,
    why: "A review that did not come about must not look like one that found nothing.",
    fix: `Read the change yourself (git diff), or see what happened: breakwater why ${reviewOf(wave)}`,
  };
  return record({ type: "review.failed", review: reviewOf(wave), wave, failure });
}
