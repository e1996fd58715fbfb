import { QUICK_MS, scaleWave, type Scaling, type ScalingSignal } from "../policy/scaling.ts";
import { outcomeOf } from "./outcome.ts";
import { standingOf, tasksOfWave } from "./standing.ts";
import type { AttemptState, RunState, TaskState, WaveState } from "./state.ts";

/** The most attempts that plan, person and machine allow at once. */
export function capOf({ session }: RunState): number {
  if (session === undefined) return 0;
  const { schedule, settings } = session;
  return Math.max(1, Math.min(schedule.agentsPerWave, schedule.maxParallel, settings.memorySlots));
}

/**
 * How many attempts of a wave may be under way at once: one for each task that the plan gave it, or what it
 * was scaled to. A wave that was added for what is left over has no number of its own.
 */
export function agentsOf(state: RunState, { wave, agents, repair }: WaveState): number {
  const cap = capOf(state);
  return repair ? cap : Math.max(1, Math.min(cap, agents ?? wave.tasks.length));
}

/** Another number of agents for a wave that is about to begin; undefined where the planned one stands. */
export function scalingOf(state: RunState, wave: WaveState): (Scaling & { planned: number }) | undefined {
  if (wave.repair || wave.agents !== undefined) return undefined;
  const before = state.waves.findLast(
    (each) => each.wave.number < wave.wave.number && each.status === "finished",
  );
  if (before === undefined) return undefined;
  const open = tasksOfWave(state, wave.wave.number).filter(
    (task) => standingOf(state, task).kind !== "resolved",
  );
  const cap = Math.min(capOf(state), open.length);
  const planned = Math.min(agentsOf(state, wave), cap);
  const scaling = scaleWave({ planned, cap, counts: countSignals(state, before, { wave, open }) });
  return scaling === undefined ? undefined : { ...scaling, planned };
}

function countSignals(
  state: RunState,
  before: WaveState,
  { wave, open }: { readonly wave: WaveState; readonly open: readonly TaskState[] },
): Readonly<Record<ScalingSignal, number>> {
  const agreed = new Set(wave.wave.tasks);
  const added = open.filter((task) => !agreed.has(task.task.id));
  const of = (...kinds: readonly TaskState["task"]["source"]["kind"][]): number =>
    added.filter(({ task, attempts }) => attempts.length === 0 && kinds.includes(task.source.kind)).length;
  const more = {
    regressions: of("fix", "finding"),
    failures: added.filter((task) => task.attempts.length > 0).length,
    growth: widenings(state, before) + of("split"),
  };
  const issues = more.regressions + more.failures + more.growth;
  return { ...more, quick: issues === 0 ? quickAgents(state, before) : 0 };
}

/** How often a person let a task of a wave write more than was agreed. */
function widenings(state: RunState, { wave }: WaveState): number {
  return [...state.decisions.values()].filter(({ question: { subject }, answer }) => {
    if (subject.kind !== "scope-held" || answer?.option !== "amend") return false;
    return state.attempts.get(subject.attempt)?.wave === wave.number;
  }).length;
}

/** How many agents a wave had, where each was quick and ended well; else none. */
function quickAgents(state: RunState, { wave }: WaveState): number {
  const attempts = [...state.attempts.values()].filter((each) => each.wave === wave.number);
  return attempts.every((each) => wasQuick(state, each)) ? attempts.length : 0;
}

function wasQuick(state: RunState, attempt: AttemptState): boolean {
  const { started, exitedAt } = attempt;
  if (started === undefined || exitedAt === undefined || exitedAt - started.at >= QUICK_MS) return false;
  const kind = outcomeOf(state, attempt)?.kind;
  return kind === "done" || kind === "no-op";
}
