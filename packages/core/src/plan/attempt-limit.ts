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

/** The limits of an attempt; an explicit number of turns raises the tool calls where they would not suffice. */
export function limitsOf(session: SessionType, turns: number | "auto"): AttemptLimits {
  const limits = attemptLimits[session];
  if (turns === "auto") return limits;
  return { ...limits, turns, toolCalls: Math.max(limits.toolCalls, turns * toolCallsPerTurn) };
}
