import { replay, type RecordedFact, type Result } from "@breakwater/core";
import type { CommandContext } from "../command-context.ts";
import { reportFailure } from "../errors/report-failure.ts";
import type { ExitCode } from "../exit-code.ts";
import { locateCheckout, type Checkout } from "./locate-checkout.ts";
import { findSession, type StoredSession } from "./session-store.ts";

/** A session to look at, and the checkout it belongs to. */
export type LookedAt = { readonly checkout: Checkout; readonly session: StoredSession };

/** Finds the session that a looking command means; the newest one unless the beginning of an id is given. */
export function lookAtSession(context: CommandContext, wanted: string | undefined): Result<LookedAt> {
  const checkout = locateCheckout(context.cwd);
  if (!checkout.ok) return checkout;
  const session = findSession(checkout.value, wanted);
  return session.ok ? { ok: true, value: { checkout: checkout.value, session: session.value } } : session;
}

/** Runs `show` with the session that is meant, or tells why there is none. */
export async function withSession(
  context: CommandContext,
  wanted: string | undefined,
  show: (looked: LookedAt) => Promise<ExitCode> | ExitCode,
): Promise<ExitCode> {
  const looked = lookAtSession(context, wanted);
  return looked.ok ? show(looked.value) : reportFailure({ failure: looked.failure }, context);
}

/** Calls `tell` for each fact with the state right after it. */
export function walkFacts(
  facts: readonly RecordedFact[],
  tell: (recorded: RecordedFact, state: ReturnType<typeof replay>) => void,
): void {
  let state = replay([]);
  for (const recorded of facts) {
    state = replay([recorded], state);
    tell(recorded, state);
  }
}
