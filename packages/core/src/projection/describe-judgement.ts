import { taskOfAttempt } from "../ids.ts";
import type { DecisionFact, GateFact, ReviewFact } from "../run/fact.ts";
import { verdictOfRecord } from "../run/gate-record.ts";
import type { GateCounts } from "../run/gate-report.ts";
import type { GatePurpose } from "../run/gate-run.ts";
import { placeOfFinding, weighFindings } from "../run/review-report.ts";
import type { RunState } from "../run/state.ts";
import { shellWord } from "./attention.ts";
import type { JudgementFact } from "./fact-family.ts";
import { exitText } from "./gate-row.ts";
import { plainLine } from "./plain-text.ts";
import { clock, span } from "./time.ts";

/** The line of a fact by which a gate, a person or a reviewer judged something. */
export function describeJudgementFact(fact: JudgementFact, state: RunState): string {
  switch (fact.type) {
    case "gate.finished":
      return gateText(fact, state);
    case "gate.blamed": {
      const names = fact.newFailures.length === 0 ? "" : `: ${fact.newFailures.join(", ")}`;
      return `gate ${fact.gate} is red because of ${taskOfAttempt(fact.attempt)} (${fact.commit.slice(0, 7)})${names}`;
    }
    case "gate.waived":
      return `gate ${fact.gate} waived by ${fact.by} at ${fact.commit.slice(0, 7)}`;
    case "decision.asked":
      return askedText(fact, state);
    case "decision.answered":
      return `decision ${fact.decision}: ${fact.option}, by ${fact.by}`;
    case "decision.expired":
      return `decision ${fact.decision}: nobody answered in time, default ${fact.option}`;
    case "review.finished":
      return reviewText(fact);
    case "review.failed":
      return `review of wave ${fact.wave} failed: ${fact.failure.code} ${fact.failure.message}`;
    case "carryover.filed":
      return filedText(fact);
  }
}

function filedText({
  task,
  where,
  issue,
  queued,
}: Extract<JudgementFact, { readonly type: "carryover.filed" }>): string {
  if (queued !== undefined) return `${task} waits in ${where} to become an issue: ${queued}`;
  return issue?.existing === true ? `${task} is known as ${where}` : `${task} filed as ${where}`;
}

function reviewText(fact: Extract<ReviewFact, { readonly type: "review.finished" }>): string {
  const { sure, possible } = weighFindings(fact.findings);
  const named = [
    ...sure.map((each) => `${plainLine(each.claim, 160)} ${placeOfFinding(each)}`.trim()),
    ...fact.rejected.map(({ finding, reason }) => `${plainLine(finding.claim, 160)} REJECTED: ${reason}`),
  ];
  const counts = `${sure.length} sure, ${possible.length} possible, ${fact.rejected.length} rejected, ${fact.dropped} too unsure`;
  return [`review of wave ${fact.wave}: ${fact.verdict}, ${counts}`, ...named].join("; ");
}

const VERDICT_WORDS = { green: "ok", red: "FAILED", unknown: "UNKNOWN" } as const;

function gateText(fact: Extract<GateFact, { readonly type: "gate.finished" }>, state: RunState): string {
  const { run, report } = fact;
  const record = state.gates.findLast((each) => each.run === run) ?? {
    run,
    report,
    at: state.now,
    position: state.position,
  };
  const verdict = verdictOfRecord(state, record);
  const detail =
    verdict.kind === "red"
      ? verdict.newFailures.slice(0, 5).join(", ")
      : verdict.kind === "unknown"
        ? verdict.reason
        : "";
  const parts = [
    `gate ${run.gate} ${VERDICT_WORDS[verdict.kind]}`,
    report.lookedUp ? "looked up" : span(report.durationMs),
    exitText(report),
    countsText(report.counts),
    purposeText(run.purpose),
    detail,
  ];
  return parts.filter((part) => part !== "").join("  ");
}

/** `231 passed, 2 failed`; what was not counted is not said. */
export function countsText({ passed, failed, skipped }: GateCounts): string {
  const parts = [
    passed === undefined ? "" : `${passed} passed`,
    failed === undefined || failed === 0 ? "" : `${failed} failed`,
    skipped === undefined || skipped === 0 ? "" : `${skipped} skipped`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Why a check was run, in words. */
export function purposeText(purpose: GatePurpose): string {
  switch (purpose.kind) {
    case "baseline":
      return "baseline";
    case "verify":
      return `check of ${taskOfAttempt(purpose.attempt)}`;
    case "reproduce":
      return `reproduction of ${taskOfAttempt(purpose.attempt)}`;
    case "wave":
      return `after wave ${purpose.wave}`;
    case "bisect":
      return `search in wave ${purpose.wave}`;
    case "final":
      return purpose.round === 0 ? "full, before the end" : `full, repair ${purpose.round}`;
    case "close":
      return "full, before close";
  }
}

function askedText(
  fact: Extract<DecisionFact, { readonly type: "decision.asked" }>,
  state: RunState,
): string {
  const { question, decision } = fact;
  const { fallback, deadline } = question;
  const wait = deadline === undefined ? "" : ` in ${clock(deadline - state.now)}`;
  const otherwise = fallback === undefined ? "it waits" : `default${wait}: ${fallback}`;
  const answer = `answer: breakwater answer ${shellWord(decision)} ${shellWord(question.options[0].id)}`;
  const who = "task" in question.subject ? `${question.subject.task} ` : "";
  return `${who}decision ${decision} needed: ${question.text}  ${otherwise}  ${answer}`;
}
