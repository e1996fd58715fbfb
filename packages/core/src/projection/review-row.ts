import { dispositionOf } from "../run/disposition.ts";
import { reviewAttempts, reviewOf } from "../run/decide/review-attempt.ts";
import { placeOfFinding, weighFindings, type ReviewFinding } from "../run/review-report.ts";
import type { ReviewState, RunState, TaskState, WaveState } from "../run/state.ts";
import { plainLine } from "./plain-text.ts";

/** What is known of the review of one wave. Nothing but `known` says that anybody looked. */
export type ReviewRow = {
  readonly review: string;
  readonly wave: number;
  readonly name: string;
  readonly state: "running" | "known" | "unknown";
  /** Why nothing is known; what the reviewer says of the whole where something is. */
  readonly why?: string;
  readonly verdict?: string;
  readonly sure: number;
  readonly possible: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly findings: readonly FindingRow[];
};

export type FindingRow = {
  readonly id: string;
  readonly claim: string;
  readonly confidence: number;
  readonly class: ReviewFinding["class"];
  readonly place: string;
  readonly standing: "repaired" | "in repair" | "not repaired" | "not acted on" | "possible" | "rejected";
  /** The task that repairs it, or why it was rejected. */
  readonly detail?: string;
};

/**
 * The reviews of a session where a reviewer is named, one for each wave that changed code and was or is being
 * reviewed, in order. A finished wave without a review has a row that says unknown.
 */
export function reviewRows(state: RunState): readonly ReviewRow[] {
  if (state.session?.schedule.reviewer === undefined) return [];
  return state.waves.flatMap((wave) => {
    const review = reviewOf(wave.wave.number);
    const known = state.reviews.get(review);
    const isBegun = reviewAttempts(state, review).length > 0;
    return known !== undefined || isBegun || wantsRow(wave) ? [rowOf(state, wave, known)] : [];
  });
}

/** The review that says most of the session as it is: the last one, if there is any. */
export function finalReview(state: RunState): ReviewRow | undefined {
  return reviewRows(state).at(-1);
}

/** One line for people. */
export function reviewText({ wave, state, why, verdict, ...row }: ReviewRow): string {
  if (state === "running") return `wave ${wave}: under way`;
  if (state === "unknown") return `wave ${wave}: unknown (${plainLine(why ?? "", 160)})`;
  return `wave ${wave}: ${verdict ?? ""}, ${countsText(row)}`;
}

/** `1 sure, 0 possible, 1 rejected, 2 too unsure to name`. */
export function countsText({
  sure,
  possible,
  rejected,
  dropped,
}: Pick<ReviewRow, "sure" | "possible" | "rejected" | "dropped">): string {
  return `${sure} sure, ${possible} possible, ${rejected} rejected, ${dropped} too unsure to name`;
}

function wantsRow({ wave, status }: WaveState): boolean {
  if (status !== "finished") return false;
  return wave.roles.some((role) => role === "impl-core" || role === "impl-polish" || role === "quality");
}

function rowOf(state: RunState, { wave, status }: WaveState, known: ReviewState | undefined): ReviewRow {
  const none = { sure: 0, possible: 0, rejected: 0, dropped: 0, findings: [] } as const;
  const row = { review: reviewOf(wave.number), wave: wave.number, name: wave.name };
  if (known === undefined) {
    if (status === "running") return { ...row, ...none, state: "running" };
    return { ...row, ...none, state: "unknown", why: "nothing was reviewed" };
  }
  if (known.kind === "unknown") {
    const { code, message } = known.failure;
    return { ...row, ...none, state: "unknown", why: `${code} ${message}` };
  }
  const { sure, possible } = weighFindings(known.findings);
  return {
    ...row,
    state: "known",
    verdict: known.verdict,
    sure: sure.length,
    possible: possible.length,
    rejected: known.rejected.length,
    dropped: known.dropped,
    findings: [
      ...sure.map((each) => sureRow(state, row.review, each)),
      ...possible.map((each) => findingRow(each, "possible")),
      ...known.rejected.map(({ finding, reason }) => findingRow(finding, "rejected", reason)),
    ],
  };
}

function sureRow(state: RunState, review: string, finding: ReviewFinding): FindingRow {
  const repair = [...state.tasks.values()].find(
    ({ task: { source } }) =>
      source.kind === "finding" && source.of === review && source.findings?.includes(finding.id) === true,
  );
  if (repair === undefined) return findingRow(finding, "not acted on");
  return findingRow(finding, standingOfRepair(state, repair), repair.task.id);
}

function standingOfRepair(state: RunState, repair: TaskState): FindingRow["standing"] {
  const disposition = dispositionOf(state, repair);
  switch (disposition?.kind) {
    case "done":
      return "repaired";
    case undefined:
      return "in repair";
    case "no-op":
    case "carried":
    case "dropped":
      return "not repaired";
  }
}

function findingRow(finding: ReviewFinding, standing: FindingRow["standing"], detail?: string): FindingRow {
  const { id, claim, confidence, class: kind } = finding;
  const row = { id, claim, confidence, class: kind, place: placeOfFinding(finding), standing };
  return detail === undefined ? row : { ...row, detail };
}
