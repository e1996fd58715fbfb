import type { SessionType } from "./plan.ts";
import type { AttemptLimits } from "./schedule.ts";

const minute = 60_000;
const mebibyte = 1024 * 1024;

/**
 * The bounds of one attempt by session type; the one table. `turns` is what `max-turns: auto` means, the
 * rest bounds what turns do not: a turn may call many tools, hang, or print without end.
 */
export const attemptLimits: Readonly<Record<SessionType, AttemptLimits>> = {
  housekeeping: {
    turns: 8,
    toolCalls: 80,
    wallMs: 15 * minute,
    idleMs: 5 * minute,
    graceMs: minute,
    outputBytes: 16 * mebibyte,
  },
  feature: {
    turns: 15,
    toolCalls: 200,
    wallMs: 45 * minute,
    idleMs: 5 * minute,
    graceMs: 2 * minute,
    outputBytes: 32 * mebibyte,
  },
  deep: {
    turns: 25,
    toolCalls: 400,
    wallMs: 90 * minute,
    idleMs: 10 * minute,
    graceMs: 2 * minute,
    outputBytes: 64 * mebibyte,
  },
};

/** Tool calls that a turn may average where a plan allows more turns than its session type does. */
const toolCallsPerTurn = 16;

/** The most minutes that a plan may give one attempt: a day. */
export const MOST_MINUTES = 1_440;

/**
 * The limits of an attempt. An explicit number of turns raises the tool calls where they would not suffice;
 * explicit minutes hold all of it, the time to wrap up included.
 */
export function limitsOf(
  session: SessionType,
  { turns, minutes }: { readonly turns: number | "auto"; readonly minutes?: number | undefined },
): AttemptLimits {
  return withMinutes(withTurns(attemptLimits[session], turns), minutes);
}

function withTurns(limits: AttemptLimits, turns: number | "auto"): AttemptLimits {
  if (turns === "auto") return limits;
  return { ...limits, turns, toolCalls: Math.max(limits.toolCalls, turns * toolCallsPerTurn) };
}

function withMinutes(limits: AttemptLimits, minutes: number | undefined): AttemptLimits {
  if (minutes === undefined) return limits;
  const graceMs = Math.min(limits.graceMs, (minutes * minute) / 4);
  const wallMs = minutes * minute - graceMs;
  return { ...limits, wallMs, graceMs, idleMs: Math.min(limits.idleMs, wallMs) };
}
