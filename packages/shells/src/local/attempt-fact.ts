import { present } from "@breakwater/agents";
import { layerOf, type AttemptId, type Fact } from "@breakwater/core";
import type { Tell } from "@breakwater/engine";
import type { AttemptHandle } from "../attempt/attempt-client.ts";
import type { AttemptResult } from "../attempt/result-file.ts";
import type { AttemptEvent } from "../attempt/watch-attempt.ts";

/** At most one report of progress in this time; milliseconds. */
const PROGRESS_EVERY_MS = 1_000;

/** The fact that an agent works, and behind which wall. */
export function startedFact({ order, pid, token }: Pick<AttemptHandle, "order" | "pid" | "token">): Fact {
  const wall = order.wall?.setup.tier ?? "none";
  return { type: "attempt.started", attempt: order.attempt, pid, token, wall };
}

/** Tells what a host saw before it ended, and nobody recorded. */
export function tellSeen(
  attempt: AttemptId,
  { denials, stagnations }: Pick<AttemptResult, "denials" | "stagnations">,
  tell: Tell,
): void {
  for (const denial of denials) tell({ fact: factOf(attempt, { kind: "denied", denial }) });
  for (const stagnation of stagnations) tell({ fact: factOf(attempt, { kind: "stagnated", stagnation }) });
}

/** What a host told, as the fact that is stored. */
export function factOf(attempt: AttemptId, event: AttemptEvent): Fact {
  switch (event.kind) {
    case "progressed":
      return {
        type: "attempt.progressed",
        attempt,
        usage: event.usage,
        now: event.now,
        ...present({ runtimeSession: event.session }),
      };
    case "denied":
      return { type: "scope.denied", attempt, layer: layerOf(event.denial), ...event.denial };
    case "stagnated":
      return { type: "attempt.stagnated", attempt, ...event.stagnation };
    case "exited":
      return { type: "attempt.exited", attempt, report: event.report };
  }
}

/**
 * Drops progress that follows too closely; the last figures come with the report anyway. The id of the
 * conversation is told at once and once: nothing of an attempt that is lost would come later.
 */
export function throttled(hear: (event: AttemptEvent) => void): (event: AttemptEvent) => void {
  let last = Number.NEGATIVE_INFINITY;
  let told: string | undefined;
  return (event) => {
    if (event.kind !== "progressed") return hear(event);
    const { session, ...progress } = event;
    const isNews = session !== undefined && session !== told;
    const now = performance.now();
    if (!isNews && now - last < PROGRESS_EVERY_MS) return;
    last = now;
    told = session ?? told;
    hear(isNews ? event : progress);
  };
}
