import type { PastSession } from "@breakwater/core";
import { z } from "zod";

const amount = z.number().nonnegative().finite();

const recordShape = z.object({
  session_id: z.string().min(1),
  session_type: z.enum(["housekeeping", "feature", "deep"]),
  total_agents: amount,
  effectiveness: z.object({ planned_issues: amount }).optional(),
  usage: z
    .object({
      usd_per_agent: amount.optional(),
      tokens_per_agent: amount.optional(),
      minutes_per_agent: amount.optional(),
    })
    .optional(),
});

/** The id and the session of one line; nothing where it is no such record. */
export function pastSessionOf(line: string): readonly (readonly [string, PastSession])[] {
  const read = recordShape.safeParse(jsonOf(line));
  if (!read.success) return [];
  const { session_id: id, session_type: type, total_agents: attempts, effectiveness, usage } = read.data;
  const { usd_per_agent: usd, tokens_per_agent: tokens, minutes_per_agent: minutes } = usage ?? {};
  const session = {
    type,
    tasks: effectiveness?.planned_issues ?? 0,
    attempts,
    ...(usd === undefined ? {} : { usdPerAttempt: usd }),
    ...(tokens === undefined ? {} : { tokensPerAttempt: tokens }),
    ...(minutes === undefined ? {} : { minutesPerAttempt: minutes }),
  };
  return [[id, session]];
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
