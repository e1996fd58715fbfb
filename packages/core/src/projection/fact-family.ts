import type {
  AttemptFact,
  DecisionFact,
  Fact,
  GateFact,
  IntegrationFact,
  ResultFact,
  ReviewFact,
  SessionFact,
  ControlFact,
} from "../run/fact.ts";

type TypesOf<Family extends Fact> = Readonly<Record<Family["type"], true>>;

/** Facts about the session as a whole, its coordinator and what holds it up. */
export type WholeFact = SessionFact | Exclude<ControlFact, { readonly type: "timer.fired" }>;
/** Facts by which a gate, a person or a reviewer judged something. */
export type JudgementFact = GateFact | DecisionFact | ReviewFact;
/** Facts about an attempt's result and its way to the integration line. */
export type LandingFact = ResultFact | IntegrationFact;

const WHOLE: TypesOf<WholeFact> = {
  "session.opened": true,
  "session.approved": true,
  "session.refused": true,
  "coordinator.started": true,
  "session.settled": true,
  "session.paused": true,
  "session.resumed": true,
  "session.stopped": true,
  "session.parked": true,
  "session.unparked": true,
  "session.limit-reached": true,
};

const JUDGEMENT: TypesOf<JudgementFact> = {
  "gate.finished": true,
  "gate.blamed": true,
  "gate.waived": true,
  "decision.asked": true,
  "decision.answered": true,
  "decision.expired": true,
  "review.finished": true,
  "review.failed": true,
  "carryover.filed": true,
};

const ATTEMPT: TypesOf<AttemptFact> = {
  "attempt.opened": true,
  "workspace.prepared": true,
  "workspace.failed": true,
  "workspace.discarded": true,
  "attempt.started": true,
  "attempt.not-started": true,
  "attempt.held": true,
  "attempt.adopted": true,
  "attempt.progressed": true,
  "steer.requested": true,
  "attempt.nudged": true,
  "attempt.stagnated": true,
  "attempt.overlapped": true,
  "attempt.stopping": true,
  "attempt.exited": true,
  "scope.denied": true,
};

const LANDING: TypesOf<LandingFact> = {
  "result.snapshotted": true,
  "result.failed": true,
  "findings.checked": true,
  "candidate.built": true,
  "candidate.conflicted": true,
  "candidate.failed": true,
  "candidate.audited": true,
  "integration.advanced": true,
  "integration.refused": true,
};

/** True for a fact about the session as a whole. */
export const isWholeFact = (fact: Fact): fact is WholeFact => Object.hasOwn(WHOLE, fact.type);

/** True for a fact by which something was judged. */
export const isJudgementFact = (fact: Fact): fact is JudgementFact => Object.hasOwn(JUDGEMENT, fact.type);

/** True for a fact about the life of one attempt. */
export const isAttemptFact = (fact: Fact): fact is AttemptFact => Object.hasOwn(ATTEMPT, fact.type);

/** True for a fact about a result and its landing. */
export const isLandingFact = (fact: Fact): fact is LandingFact => Object.hasOwn(LANDING, fact.type);
