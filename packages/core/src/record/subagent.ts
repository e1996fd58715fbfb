import { isoTime } from "../projection/time.ts";
import { outcomeOf, type OutcomeKind } from "../run/outcome.ts";
import type { AttemptState, RunState, SessionState } from "../run/state.ts";

/**
 * One line of `subagents.jsonl`: the start or the stop of an attempt. `task`, `wave` and `round` join it with
 * the plan. What was not measured is absent; only an unmeasured `duration_ms` is null, as its readers expect.
 */
export type SubagentRecord = {
  readonly timestamp: string;
  readonly event: "start" | "stop";
  /** `<session>/<attempt>`: unique in the file. */
  readonly agent_id: string;
  readonly schema_version: 1;
  readonly agent_type: string;
  readonly parent_session_id: string;
  readonly task: string;
  readonly wave: number;
  readonly round: number;
  readonly status?: OutcomeKind;
  /** At least 1. */
  readonly duration_ms?: number | null;
  readonly token_input?: number;
  readonly token_output?: number;
  readonly total_cost_usd?: number;
};

/** The records of all attempts that started, in order; the same state gives the same records. */
export function subagentRecords(state: RunState): readonly SubagentRecord[] {
  const { session } = state;
  if (session === undefined) return [];
  return [...state.attempts.values()].flatMap((attempt) => recordsOf(state, session, attempt));
}

function typeOf(state: RunState, { task, reviewing }: AttemptState): string {
  if (reviewing !== undefined) return "session-reviewer";
  return state.tasks.get(task)?.task.agent ?? "unknown";
}

function recordsOf(state: RunState, session: SessionState, attempt: AttemptState): readonly SubagentRecord[] {
  const { started, exitedAt, usage } = attempt;
  if (started === undefined) return [];
  const common = {
    agent_id: `${session.id}/${attempt.id}`,
    schema_version: 1,
    agent_type: typeOf(state, attempt),
    parent_session_id: session.id,
    task: attempt.task,
    wave: attempt.wave,
    round: attempt.round,
  } as const;
  const start: SubagentRecord = { timestamp: isoTime(started.at), event: "start", ...common };
  if (exitedAt === undefined) return [start];
  const outcome = outcomeOf(state, attempt);
  const lasted = exitedAt - started.at;
  const stop: SubagentRecord = {
    timestamp: isoTime(exitedAt),
    event: "stop",
    ...common,
    ...(outcome === undefined ? {} : { status: outcome.kind }),
    duration_ms: lasted >= 1 ? Math.round(lasted) : null,
    ...(usage?.inputTokens === undefined ? {} : { token_input: usage.inputTokens }),
    ...(usage?.outputTokens === undefined ? {} : { token_output: usage.outputTokens }),
    ...(usage?.usd === undefined ? {} : { total_cost_usd: usage.usd }),
  };
  return [start, stop];
}
