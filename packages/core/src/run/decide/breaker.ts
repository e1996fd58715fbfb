import type { ControlFact, Fact, ParkReason } from "../fact.ts";
import { parkRule, wasParkedFor } from "../standing.ts";
import type { AttemptState, ControlState, RunState } from "../state.ts";
import { nothing, record, type Wish } from "./wish.ts";

type Parking = Extract<ControlFact, { readonly type: "session.parked" }>;

/** How long the session rests when a provider's quota is used up and nobody says until when; milliseconds. */
export const DEFAULT_PARK_MS = 15 * 60_000;

/** How many attempts may end because their door was not asked before nothing more is started. */
const MOST_GUARD_FAILURES = 2;

/**
 * The breaker of the whole session: a provider that takes no work from anybody, or a door that stays shut,
 * parks it at once, before anything else is concluded from the attempt. What runs goes on.
 */
export function decideBreaker(state: RunState): Wish {
  const cut = untoldCuts(state);
  if (cut.length === 0) return nothing;
  const told = cut.map((attempt): Fact => ({
    type: "deviation.noted",
    wave: attempt.wave,
    rule: parkRule(attempt.id),
    text: `the session rests because of ${attempt.id}: ${messageOf(attempt)}`,
  }));
  const parking = cut
    .map((attempt) => parkingFor(attempt, state.now))
    .reduce((longest, each) => (isLonger(each, longest) ? each : longest));
  return record(...told, ...(isLonger(parking, state.control.parked) ? [parking] : []));
}

/** Attempts that say that no other attempt would fare better, as long as nothing followed from it. */
export function untoldCuts(state: RunState): readonly AttemptState[] {
  const untold = [...state.attempts.values()].filter(
    (attempt) => reasonOf(attempt) !== undefined && !wasParkedFor(state, attempt) && mayPark(attempt),
  );
  const unguarded = untold.filter((attempt) => reasonOf(attempt) === "guard").length;
  return untold.filter((attempt) => reasonOf(attempt) !== "guard" || unguarded >= MOST_GUARD_FAILURES);
}

/** A session waits for no person because of its reviewer: without one its work goes on, unreviewed. */
function mayPark(attempt: AttemptState): boolean {
  const reason = reasonOf(attempt);
  return attempt.reviewing === undefined || (reason !== undefined && waitOf(attempt, reason) !== undefined);
}

/** True where a parking lasts longer than the one that holds; one without an end outlasts all others. */
export function isLonger(parking: Parking, than: ControlState["parked"]): boolean {
  if (than === undefined) return true;
  return than.until !== undefined && (parking.until === undefined || parking.until > than.until);
}

function reasonOf({ report }: AttemptState): ParkReason | undefined {
  const ending = report?.ending;
  if (ending?.kind === "gate-missing") return "guard";
  if (ending?.kind !== "error") return undefined;
  switch (ending.class) {
    case "quota":
    case "auth":
    case "billing":
      return ending.class;
    case "rate-limit":
    case "overload":
    case "network":
    case "context-overflow":
    case "refusal":
    case "crash":
    case "protocol":
      return undefined;
  }
}

function parkingFor(attempt: AttemptState, now: number): Parking {
  const reason = reasonOf(attempt) ?? "environment";
  const wait = waitOf(attempt, reason);
  const parking = { type: "session.parked", reason, message: messageOf(attempt) } as const;
  return wait === undefined ? parking : { ...parking, until: now + Math.max(0, wait) };
}

/** Quotas come back by themselves; sign-ins, unpaid bills and broken doors need a person. */
function waitOf({ report }: AttemptState, reason: ParkReason): number | undefined {
  const told = report?.ending.kind === "error" ? report.ending.retryAfterMs : undefined;
  return told ?? (reason === "quota" ? DEFAULT_PARK_MS : undefined);
}

function messageOf({ report }: AttemptState): string {
  const ending = report?.ending;
  if (ending?.kind === "error") return `${ending.class}: ${ending.message}`;
  return ending?.kind === "gate-missing" ? `the door is not asked: ${ending.message}` : "it was cut off";
}
