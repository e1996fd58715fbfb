import type { Fact } from "../fact.ts";
import type { RunState, WaveState } from "../state.ts";
import { commandIdOf, order, record, type Wish } from "./wish.ts";

/** Only findings at least this sure are told, in percent. */
const REPORTED_CONFIDENCE = 80;

/**
 * Lets a reviewer judge a wave that changed code, where the plan names one and it is no housekeeping, and notes each sure finding as
 * a deviation. Undefined when nothing is left to do.
 */
export function decideReview(state: RunState, wave: WaveState): Wish | undefined {
  const reviewer = state.session?.schedule.reviewer;
  const { number, roles } = wave.wave;
  if (
    reviewer === undefined ||
    state.session?.schedule.session === "housekeeping" ||
    !roles.some((role) => role === "impl-core" || role === "impl-polish" || role === "quality")
  ) {
    return undefined;
  }
  const review = `wave-${number}`;
  const done = state.reviews.get(review);
  if (done === undefined) {
    const wholeSession = roles.includes("quality");
    const base = state.session?.base.commit ?? state.integration.head;
    const from = wholeSession ? base : (wave.startHead ?? base);
    const id = commandIdOf("run-review", review);
    return order({
      type: "run-review",
      id,
      review,
      wave: number,
      from,
      to: state.integration.head,
      reviewer,
    });
  }
  const noted = new Set(state.deviations.map((each) => each.rule));
  const untold = done.findings
    .filter((finding) => finding.confidence >= REPORTED_CONFIDENCE)
    .map((finding): Fact => {
      const where =
        finding.file === undefined
          ? ""
          : ` (${finding.file}${finding.line === undefined ? "" : `:${finding.line}`})`;
      return {
        type: "deviation.noted",
        wave: number,
        rule: `review:${review}:${finding.id}`,
        text: `${finding.claim}${where}`,
      };
    })
    .filter((fact) => fact.type === "deviation.noted" && !noted.has(fact.rule));
  return untold.length > 0 ? record(...untold) : undefined;
}
