import { OUTCOME_TABLE, type SummaryBucket } from "../policy/outcome-table.ts";
import { roleTitles } from "../plan/role.ts";
import type { SessionType } from "../plan/plan.ts";
import { dispositionOf } from "../run/disposition.ts";
import { verdictOfRecord } from "../run/gate-record.ts";
import { outcomeOf } from "../run/outcome.ts";
import type { AttemptState, RunState, WaveState } from "../run/state.ts";
import { forecastRecord, type ForecastRecord } from "./session-usage.ts";
import { isoTime } from "./time.ts";

/** One line of `sessions.jsonl`: field names are those that other programs read. Optional parts were not measured. */
export type SessionRecord = {
  readonly session_id: string;
  readonly session_type: SessionType;
  readonly started_at: string;
  readonly completed_at: string;
  readonly duration_seconds: number;
  readonly branch: string;
  readonly total_waves: number;
  /** Attempts that started. */
  readonly total_agents: number;
  /** Sum over attempts that landed; a file that two of them changed counts twice. */
  readonly total_files_changed: number;
  readonly waves: readonly WaveRecord[];
  readonly agent_summary: Readonly<Record<SummaryBucket, number>>;
  readonly effectiveness: {
    readonly planned_issues: number;
    readonly completed: number;
    readonly carryover: number;
    readonly emergent: number;
    readonly completion_rate: number;
  };
  readonly review_stats?: { readonly total_findings: number; readonly high_confidence: number };
  readonly stagnation_events?: {
    readonly total: number;
    readonly by_pattern: Readonly<Record<string, number>>;
  };
  readonly schema_version: 2;
  readonly status: "completed" | "abandoned";
  /** `unknown` where nobody closed it: whether somebody took its work by hand is not known. */
  readonly end: "closed" | "abandoned" | "unknown";
} & ForecastRecord;

export type WaveRecord = {
  readonly wave: number;
  readonly role: string;
  readonly agent_count: number;
  readonly files_changed: number;
  readonly quality: "pass" | "fail" | "skip";
  /** Absent where the wave did not begin, or did not end. */
  readonly started_at?: string;
  readonly completed_at?: string;
};

/** The record of a session at `now`, its end if it has settled; undefined without a session. */
export function sessionRecord(state: RunState, now: number): SessionRecord | undefined {
  const { session } = state;
  if (session === undefined) return undefined;
  const end = Math.max(session.openedAt, session.settledAt ?? Math.max(now, state.now));
  const started = [...state.attempts.values()].filter((each) => each.started !== undefined);
  return {
    session_id: session.id,
    session_type: session.schedule.session,
    started_at: isoTime(session.openedAt),
    completed_at: isoTime(end),
    duration_seconds: Math.round((end - session.openedAt) / 1000),
    branch: session.base.branch,
    total_waves: state.waves.length,
    total_agents: started.length,
    total_files_changed: filesChanged(started),
    waves: state.waves.map((wave) => waveRecord(state, wave, started)),
    agent_summary: agentSummary(state, started),
    effectiveness: effectiveness(state),
    ...reviewStats(state),
    ...stagnation(started),
    ...forecastRecord(state, (end - (session.approved?.at ?? session.openedAt)) / 60_000),
    schema_version: 2,
    status: state.close.advanced === undefined ? "abandoned" : "completed",
    end: endOf(state),
  };
}

function endOf({ close }: RunState): SessionRecord["end"] {
  if (close.advanced !== undefined) return "closed";
  return close.abandoned === undefined ? "unknown" : "abandoned";
}

function waveRecord(
  state: RunState,
  { wave, startedAt, finishedAt }: WaveState,
  started: readonly AttemptState[],
): WaveRecord {
  const own = started.filter((each) => each.wave === wave.number);
  return {
    wave: wave.number,
    role: wave.roles.map((role) => roleTitles[role]).join(" + ") || wave.name,
    agent_count: own.length,
    files_changed: filesChanged(own),
    quality: quality(state, wave.number),
    ...(startedAt === undefined ? {} : { started_at: isoTime(startedAt) }),
    ...(startedAt === undefined || finishedAt === undefined ? {} : { completed_at: isoTime(finishedAt) }),
  };
}

function quality(state: RunState, wave: number): WaveRecord["quality"] {
  const newest = new Map(
    state.gates
      .filter(({ run }) => run.purpose.kind === "wave" && run.purpose.wave === wave)
      .map((record) => [record.run.gate, verdictOfRecord(state, record).kind]),
  );
  if (newest.size === 0) return "skip";
  return [...newest.values()].every((kind) => kind === "green") ? "pass" : "fail";
}

function filesChanged(attempts: readonly AttemptState[]): number {
  return attempts.reduce(
    (sum, each) => sum + (each.advanced === undefined ? 0 : (each.result?.changed ?? 0)),
    0,
  );
}

/** Each started attempt in one bucket; one without an outcome was cut off and counts as failed. */
function agentSummary(state: RunState, started: readonly AttemptState[]): SessionRecord["agent_summary"] {
  const buckets = started.map((each) => {
    const outcome = outcomeOf(state, each);
    return outcome === undefined ? "failed" : OUTCOME_TABLE[outcome.kind].bucket;
  });
  const count = (bucket: SummaryBucket): number => buckets.filter((each) => each === bucket).length;
  return {
    complete: count("complete"),
    partial: count("partial"),
    failed: count("failed"),
    spiral: count("spiral"),
  };
}

function effectiveness(state: RunState): SessionRecord["effectiveness"] {
  const tasks = [...state.tasks.values()];
  const planned = tasks.filter(({ task }) => task.source.kind === "plan");
  const kinds = (list: typeof tasks): readonly (string | undefined)[] =>
    list.map((each) => dispositionOf(state, each)?.kind);
  const completed = kinds(planned).filter((kind) => kind === "done" || kind === "no-op").length;
  return {
    planned_issues: planned.length,
    completed,
    carryover: kinds(tasks).filter((kind) => kind === "carried").length,
    emergent: tasks.filter(({ task }) => EMERGENT.has(task.source.kind)).length,
    completion_rate: planned.length === 0 ? 1 : Math.round((completed / planned.length) * 100) / 100,
  };
}

function reviewStats(state: RunState): Pick<SessionRecord, "review_stats"> {
  const findings = [...state.reviews.values()].flatMap((each) =>
    each.kind === "known" ? each.findings : [],
  );
  if (findings.length === 0) return {};
  const high = findings.filter((each) => each.confidence >= 80).length;
  return { review_stats: { total_findings: findings.length, high_confidence: high } };
}

function stagnation(attempts: readonly AttemptState[]): Pick<SessionRecord, "stagnation_events"> {
  const patterns = attempts.flatMap(({ report }) =>
    report?.ending.kind === "stuck" ? [report.ending.pattern] : [],
  );
  if (patterns.length === 0) return {};
  const counts = new Map<string, number>();
  for (const pattern of patterns) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return { stagnation_events: { total: patterns.length, by_pattern: Object.fromEntries(counts) } };
}

const EMERGENT: ReadonlySet<string> = new Set(["fix", "finding", "split"]);
