import type { SessionType } from "../plan/plan.ts";
import { phaseOf, type Phase } from "../run/phase.ts";
import type { RunState, WaveState } from "../run/state.ts";
import { costOf, type BoardCost } from "./cost.ts";
import { gateRows, type GateRow } from "./gate-row.ts";
import { reviewRows, type ReviewRow } from "./review-row.ts";
import { STATE_WORDS, taskRow, type StateWord, type TaskRow } from "./task-row.ts";

/** The whole of a session at one moment, as every face shows it. */
export type Board = {
  readonly session?: BoardSession;
  readonly status: SessionStatus;
  /** Since the session opened; stands still once it has settled. */
  readonly elapsedMs: number;
  readonly waves: readonly BoardWave[];
  /** The number of the running wave, else of the last one that ended; 0 before the first. */
  readonly wave: number;
  readonly rows: readonly TaskRow[];
  readonly gates: readonly GateRow[];
  /** Empty where no reviewer is named: then nothing was reviewed. */
  readonly reviews: readonly ReviewRow[];
  readonly scope: BoardScope;
  readonly cost: BoardCost;
  readonly counts: BoardCounts;
};

export type BoardSession = {
  readonly id: string;
  readonly title: string;
  readonly type: SessionType;
  readonly branch: string;
  readonly base: string;
  readonly head: string;
};

export type SessionStatus =
  | "none"
  | "refused"
  | "awaiting approval"
  | "baseline"
  | "running"
  | "paused"
  | "parked"
  | "stopping"
  | "settled"
  | "closing"
  | "closed";

export type BoardWave = {
  readonly number: number;
  readonly name: string;
  readonly state: StateWord;
  readonly elapsedMs?: number;
  readonly repair: boolean;
};

/** Content out of scope, by the wall that met it. `let through` is what the door recorded and allowed. */
export type BoardScope = {
  readonly denied: number;
  readonly letThrough: number;
  readonly held: number;
  readonly escapes: number;
  readonly last?: { readonly task: string; readonly path: string };
};

/**
 * `planned` = `started` + `failedToStart` + `notStarted`, and also the sum of `states`. `added` says how
 * many of the planned tasks were not in the agreed plan.
 */
export type BoardCounts = {
  readonly planned: number;
  readonly started: number;
  readonly failedToStart: number;
  readonly notStarted: number;
  readonly added: number;
  readonly states: Readonly<Record<StateWord, number>>;
};

/**
 * Derives the board from the state at `now` (milliseconds since the epoch, not before the newest fact).
 * Rows are in the order of waves, then of the plan. Never throws; text in it is as recorded.
 */
export function boardOf(state: RunState, now: number): Board {
  const at = Math.max(now, state.now);
  const rows = [...state.tasks.values()]
    .toSorted((a, b) => a.wave - b.wave || a.order - b.order)
    .map((task) => taskRow(state, task, at));
  const { session } = state;
  const end = session?.settledAt ?? at;
  return {
    ...(session === undefined ? {} : { session: sessionOf(state, session) }),
    status: statusOf(state, phaseOf(state)),
    elapsedMs: session === undefined ? 0 : Math.max(0, end - session.openedAt),
    waves: state.waves.map((wave) => waveOf(wave, rows, at)),
    wave: state.waves.findLast((wave) => wave.status !== "planned")?.wave.number ?? 0,
    rows,
    gates: gateRows(state),
    reviews: reviewRows(state),
    scope: scopeOf(state),
    cost: costOf(state),
    counts: countsOf(state, rows),
  };
}

function sessionOf(state: RunState, session: NonNullable<RunState["session"]>): BoardSession {
  return {
    id: session.id,
    title: session.schedule.title,
    type: session.schedule.session,
    branch: session.base.branch,
    base: session.base.commit,
    head: state.integration.head,
  };
}

function statusOf({ control }: RunState, phase: Phase): SessionStatus {
  switch (phase.kind) {
    case "none":
    case "refused":
    case "settled":
    case "closing":
    case "closed":
      return phase.kind;
    case "awaiting-approval":
      return "awaiting approval";
    case "baseline":
    case "wave":
    case "final":
      if (control.stopped !== undefined || control.limit !== undefined) return "stopping";
      if (control.parked !== undefined) return "parked";
      if (control.paused !== undefined) return "paused";
      return phase.kind === "baseline" ? "baseline" : "running";
  }
}

function waveOf(state: WaveState, rows: readonly TaskRow[], now: number): BoardWave {
  const { wave, startedAt, finishedAt, repair } = state;
  const own = rows.filter((row) => row.wave === wave.number);
  return {
    number: wave.number,
    name: wave.name,
    state: waveWord(state, own),
    repair,
    ...(startedAt === undefined ? {} : { elapsedMs: Math.max(0, (finishedAt ?? now) - startedAt) }),
  };
}

function waveWord({ status }: WaveState, rows: readonly TaskRow[]): StateWord {
  const has = (...words: readonly StateWord[]): boolean => rows.some((row) => words.includes(row.state));
  switch (status) {
    case "planned":
      return "queued";
    case "skipped":
      return "skipped";
    case "running":
      if (has("needsYou")) return "needsYou";
      return has("working", "queued") ? "working" : "gating";
    case "finished":
      return has("failed", "stopped", "tripped") ? "failed" : "done";
  }
}

/** The prefix of the rule under which content outside every scope is noted where only scoped content may be. */
export const ESCAPE_RULE = "escape:";

function scopeOf(state: RunState): BoardScope {
  const attempts = [...state.attempts.values()];
  const denials = attempts.flatMap((each) => each.denials.map((denial) => ({ task: each.task, ...denial })));
  const last = denials.at(-1);
  return {
    denied: denials.filter((each) => !each.allowed).length,
    letThrough: denials.filter((each) => each.allowed).length,
    held: attempts.reduce((sum, each) => sum + (each.audit?.held.length ?? 0), 0),
    escapes: state.deviations.filter((each) => each.rule.startsWith(ESCAPE_RULE)).length,
    ...(last === undefined ? {} : { last: { task: last.task, path: last.path } }),
  };
}

function countsOf(state: RunState, rows: readonly TaskRow[]): BoardCounts {
  const states: Record<StateWord, number> = {
    queued: 0,
    working: 0,
    needsYou: 0,
    gating: 0,
    done: 0,
    failed: 0,
    stopped: 0,
    tripped: 0,
    skipped: 0,
  };
  for (const word of STATE_WORDS) states[word] = rows.filter((row) => row.state === word).length;
  const tasks = [...state.tasks.values()];
  const reached = (known: (id: (typeof tasks)[number]["attempts"][number]) => boolean): number =>
    tasks.filter((each) => each.attempts.some(known)).length;
  const started = reached((id) => state.attempts.get(id)?.started !== undefined);
  const tried = reached((id) => {
    const attempt = state.attempts.get(id);
    return attempt?.started !== undefined || attempt?.notStarted !== undefined;
  });
  return {
    planned: tasks.length,
    started,
    failedToStart: tried - started,
    notStarted: tasks.length - tried,
    added: tasks.filter((each) => each.task.source.kind !== "plan" && each.task.source.kind !== "simplify")
      .length,
    states,
  };
}
