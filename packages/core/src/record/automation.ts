import { costOf } from "../projection/cost.ts";
import { sessionRecord, type SessionRecord } from "../projection/summary.ts";
import type { RunState } from "../run/state.ts";

/** What a program that started a session reads of its end. A missing field is no signal, never zero. */
export type AutomationResult = {
  readonly session_id: string;
  readonly agent_summary: SessionRecord["agent_summary"];
  readonly effectiveness: {
    readonly planned_issues: number;
    readonly completed_issues: number;
    readonly carryover: number;
    readonly completion_rate: number;
  };
  readonly usage?: { readonly output_tokens: number; readonly total_tokens?: number };
};

/** The result of a session for automation; undefined without a session. */
export function automationResult(state: RunState): AutomationResult | undefined {
  const record = sessionRecord(state, state.now);
  if (record === undefined) return undefined;
  const { planned_issues, completed, carryover, completion_rate } = record.effectiveness;
  const { inputTokens, outputTokens } = costOf(state);
  const total = inputTokens === undefined ? {} : { total_tokens: inputTokens + (outputTokens ?? 0) };
  return {
    session_id: record.session_id,
    agent_summary: record.agent_summary,
    effectiveness: { planned_issues, completed_issues: completed, carryover, completion_rate },
    ...(outputTokens === undefined ? {} : { usage: { output_tokens: outputTokens, ...total } }),
  };
}
