import { attemptId } from "../../ids.ts";
import type { CommitId } from "../../ids.ts";
import { spentByTask } from "../ceiling.ts";
import { outcomeOf, type OutcomeCause } from "../outcome.ts";
import type { AttemptState, RunState, WaveState } from "../state.ts";
import { reasonOf } from "./end-reason.ts";
import { decideReviewAttempt, reviewAttempts, reviewOf, unknownReview } from "./review-attempt.ts";
import { followReview } from "./review-follow.ts";
import { spareStart } from "./start.ts";
import { endAttempt, isBusy } from "./stop.ts";
import { commandIdOf, nothing, order, record, type Wish } from "./wish.ts";

/**
 * Lets an independent reviewer judge a wave that changed code, where one is named, checks what it states, and
 * makes work or a deviation of each sure finding. Undefined when nothing is left to do. A review that does not
 * come about is recorded as unknown and holds nothing up.
 */
export function decideReview(state: RunState, wave: WaveState): Wish | undefined {
  if (!wantsReview(state, wave)) return undefined;
  const review = reviewOf(wave.wave.number);
  const known = state.reviews.get(review);
  if (known !== undefined) return followReview(state, wave, { id: review, known });
  const attempts = reviewAttempts(state, review);
  const last = attempts.at(-1);
  if (last === undefined) return openReview(state, wave, 1);
  if (isBusy(last))
    return state.control.limit === undefined
      ? decideReviewAttempt(state, wave, last)
      : endAttempt(state, last, reasonOf(state));
  return concludeReview(state, wave, { last, count: attempts.length });
}

function wantsReview({ session }: RunState, wave: WaveState): boolean {
  if (session?.schedule.reviewer === undefined || session.schedule.session === "housekeeping") return false;
  return changesCode(wave);
}

function changesCode({ wave }: WaveState): boolean {
  return wave.roles.some((role) => role === "impl-core" || role === "impl-polish" || role === "quality");
}

/** A review takes neither a place nor money from tasks that are still to start. */
function openReview(state: RunState, wave: WaveState, n: number): Wish {
  const { number } = wave.wave;
  if (state.control.limit !== undefined) return unknownReview(number, reasonOf(state));
  const spare = spareStart(state, wave);
  if (spare === "later") return nothing;
  if (spare === "never")
    return unknownReview(number, "the budget leaves no room for it beside the tasks to come");
  const review = reviewOf(number);
  return record({
    type: "attempt.opened",
    attempt: attemptId(review, n),
    wave: number,
    round: n,
    base: state.integration.head,
    reviewing: { review, from: startOfReview(state, wave) },
  });
}

/**
 * Implementation is reviewed wave by wave. Quality, every repair after it, and whatever is the last wave of
 * code are reviewed with the whole session, so that the last review tells of all that would reach the branch.
 */
function startOfReview(state: RunState, wave: WaveState): CommitId {
  const base = state.session?.base.commit ?? state.integration.head;
  const earlier = state.waves.filter((each) => each.wave.number <= wave.wave.number);
  const isLate = earlier.some(({ wave: { roles } }) => roles.includes("quality"));
  const isLast = !state.waves.some((each) => each.status === "planned" && changesCode(each));
  return isLate || isLast ? base : (wave.startHead ?? base);
}

/** How often a review is begun at most. */
const MOST_ATTEMPTS = 2;

/** A reviewer that was cut off, or said nothing that can be read, is asked once more. */
const AGAIN: ReadonlySet<OutcomeCause> = new Set<OutcomeCause>([
  "no-findings",
  "lost",
  "provider-busy",
  "provider-blocked",
  "provider-error",
]);

function concludeReview(
  state: RunState,
  wave: WaveState,
  { last, count }: { readonly last: AttemptState; readonly count: number },
): Wish {
  const outcome = outcomeOf(state, last);
  const { reviewing } = last;
  if (outcome?.kind === "done" && reviewing !== undefined) {
    const id = commandIdOf("check-review", last.id);
    const range = { from: reviewing.from, to: last.base };
    const { review } = reviewing;
    return order({ type: "check-review", id, attempt: last.id, review, wave: wave.wave.number, ...range });
  }
  const tried = reviewAttempts(state, last.reviewing?.review).map((each) => each.id);
  const mayAgain = count < MOST_ATTEMPTS && spentByTask(state, { attempts: tried }) === undefined;
  const again = outcome !== undefined && AGAIN.has(outcome.cause) && mayAgain;
  return again && state.control.limit === undefined
    ? openReview(state, wave, count + 1)
    : unknownReview(wave.wave.number, outcome?.detail ?? "it ended without a result");
}
