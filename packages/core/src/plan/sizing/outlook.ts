import type { TaskId } from "../../ids.ts";
import { dispatchOrder } from "../place-task.ts";
import type { Schedule, ScheduledTask } from "../schedule.ts";
import { scopeConflicts, type ConflictWave, type ScopeConflict } from "./scope-conflict.ts";
import { sizeOf, type SessionSize } from "./session-size.ts";

/** What a schedule amounts to before it has run: bounds that follow from it, and nothing that nobody measured. */
export type Outlook = {
  /** The tasks that one another wait for, longest by turns, across waves. */
  readonly longestChain: readonly TaskId[];
  /** Tasks of one wave whose scopes meet, whether that was allowed or not. */
  readonly conflicts: readonly ScopeConflict[];
  readonly size: SessionSize;
  /** The most a run can take with as many agents as are allowed, by the limits of its attempts; minutes. */
  readonly atMostMinutes: number;
  readonly atMostTurns: number;
  readonly recommended: { readonly agents: number; readonly reason: string };
};

/**
 * The outlook of a schedule. Time is counted in turns, the one unit that every task has a limit of; no figure
 * is a guess of what will be used. `files` are the tracked files, where they are known.
 */
export function outlookOf(schedule: Schedule, files: readonly string[] = []): Outlook {
  const size = sizeOf(schedule, files);
  const cap = Math.max(1, schedule.maxParallel);
  const spans = new Map<number, number>();
  for (let agents = 1; agents <= cap; agents += 1) spans.set(agents, spanOf(schedule, agents, turnsOf));
  return {
    longestChain: longestChain(schedule),
    conflicts: scopeConflicts(wavesOf(schedule), files),
    size,
    atMostMinutes: Math.ceil(spanOf(schedule, cap, ({ limits }) => limits.wallMs) / 60_000),
    atMostTurns: schedule.tasks.reduce((sum, task) => sum + turnsOf(task), 0),
    recommended: recommend(spans, cap, size),
  };
}

function turnsOf({ limits }: ScheduledTask): number {
  return limits.turns;
}

/** How much longer a run with fewer agents may be before more are worth it. */
const WORTH = 1.1;

function recommend(
  spans: ReadonlyMap<number, number>,
  cap: number,
  { tier, most }: SessionSize,
): Outlook["recommended"] {
  const best = spans.get(cap) ?? 0;
  const alone = spans.get(1) ?? 0;
  const agents = [...spans.keys()].find((count) => (spans.get(count) ?? 0) <= best * WORTH) ?? cap;
  if (agents === 1) return { agents, reason: "more would stand idle, because tasks wait for one another" };
  if (agents > most)
    return {
      agents: most,
      reason: `work of this size is ${tier}: ${most} at most, although ${agents} could run at once`,
    };
  const share = Math.round(((spans.get(agents) ?? 0) / alone) * 100);
  const more = agents < cap ? `; ${cap} would gain less than a tenth` : "";
  return { agents, reason: `${agents} need ${share} % of the turns that one needs after another${more}` };
}

/** The length of a run wave by wave: each agent takes the next task whose waits have ended. */
function spanOf({ waves, tasks }: Schedule, agents: number, weigh: (task: ScheduledTask) => number): number {
  return waves.reduce((sum, wave) => {
    const inWave = wave.tasks.flatMap((id) => tasks.filter((task) => task.id === id));
    return sum + waveSpan(inWave, agents, weigh);
  }, 0);
}

function waveSpan(
  tasks: readonly ScheduledTask[],
  agents: number,
  weigh: (task: ScheduledTask) => number,
): number {
  const waits = new Map(tasks.map((task) => [task.id, waitsIn(task, tasks)]));
  const order = dispatchOrder(tasks.map((task) => ({ ...task, waits: waits.get(task.id) ?? [] })));
  const ends = new Map<TaskId, number>();
  const free = Array.from({ length: agents }, () => 0);
  for (const id of order) {
    const task = tasks.find((each) => each.id === id);
    if (task === undefined) continue;
    const ready = Math.max(0, ...(waits.get(id) ?? []).map((each) => ends.get(each) ?? 0));
    const slot = free.indexOf(Math.min(...free));
    const end = Math.max(ready, free[slot] ?? 0) + weigh(task);
    free[slot] = end;
    ends.set(id, end);
  }
  return Math.max(0, ...ends.values());
}

function waitsIn(task: ScheduledTask, tasks: readonly ScheduledTask[]): readonly TaskId[] {
  const ids = new Set(tasks.map(({ id }) => id));
  return [...task.depends, ...(task.after ?? [])].filter((id) => ids.has(id));
}

function longestChain({ waves, tasks }: Schedule): readonly TaskId[] {
  const best = new Map<TaskId, { readonly turns: number; readonly path: readonly TaskId[] }>();
  const placed = waves.flatMap((wave) => wave.tasks);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const visit = (id: TaskId): { readonly turns: number; readonly path: readonly TaskId[] } => {
    const known = best.get(id);
    const task = byId.get(id);
    if (known !== undefined || task === undefined) return known ?? { turns: 0, path: [] };
    const before = [...task.depends, ...(task.after ?? [])].map(visit);
    const longest = before.toSorted((left, right) => right.turns - left.turns)[0];
    const found = { turns: (longest?.turns ?? 0) + turnsOf(task), path: [...(longest?.path ?? []), id] };
    best.set(id, found);
    return found;
  };
  return placed.map(visit).toSorted((left, right) => right.turns - left.turns)[0]?.path ?? [];
}

function wavesOf({ waves, tasks }: Schedule): readonly ConflictWave[] {
  return waves.map(({ number, tasks: ids }) => ({
    number,
    tasks: tasks.filter(({ id }) => ids.includes(id)),
  }));
}
