import type { TaskId } from "../ids.ts";
import type { PlacedWave } from "./place-task.ts";
import type { Plan, PlanTask } from "./plan.ts";
import type { PlanSource } from "./plan-source.ts";
import { distributeWork } from "./sizing/distribute.ts";
import { allWaits } from "./task-order.ts";
import { phaseOf } from "./wave-table.ts";

/** A Markdown plan and what is known of it. */
export type WrittenWaves = {
  readonly plan: Plan;
  readonly source: PlanSource;
  readonly waves: readonly PlacedWave[];
  readonly agentsPerWave: number;
};

/** The text after tasks were moved to a wave of their own, right after theirs. */
export type SpreadPlan = { readonly text: string; readonly wave: number; readonly moved: readonly TaskId[] };

/**
 * Moves what does not fit out of the first wave with too many tasks (BW220): what `distributeWork` would give to
 * the same agent or would defer, with whatever waits for it. Only whole sections of a Markdown plan move, and later
 * headings are counted on; no task is joined or changed. `undefined` where there is no such wave, or where
 * the plan fixes the number of its waves or names later ones.
 */
export function spreadWave(
  text: string,
  { plan, source, waves, agentsPerWave }: WrittenWaves,
): SpreadPlan | undefined {
  if (plan.session === "housekeeping") return undefined;
  const full = waves.find((wave) => worstPhase(wave).length > agentsPerWave);
  const [number, more] = full?.written ?? [];
  if (full === undefined || number === undefined || more !== undefined || number === 0) return undefined;
  const last = Math.max(...plan.waves.map((wave) => wave.number));
  if (plan.waveCount !== undefined && plan.waveCount <= last) return undefined;
  if (plan.docsTasks.some(({ wave }) => wave > number)) return undefined;
  const moved = tasksToMove(full, agentsPerWave);
  if (moved.length === 0 || moved.length === full.tasks.length) return undefined;
  const written = moveSections(text, { source, number, moved });
  return written === undefined ? undefined : { text: written, wave: number, moved };
}

/** The tasks of the phase that holds the most; the cap is for those. */
function worstPhase({ tasks }: PlacedWave): readonly PlanTask[] {
  const phases = [...new Set(tasks.map(({ role }) => phaseOf[role]))];
  const groups = phases.map((phase) => tasks.filter(({ role }) => phaseOf[role] === phase));
  return groups.toSorted((left, right) => right.length - left.length)[0] ?? [];
}

function tasksToMove(wave: PlacedWave, cap: number): readonly TaskId[] {
  const worst = worstPhase(wave);
  const waits = allWaits(new Map(wave.tasks.map(({ id, depends }) => [id, depends])));
  const isAwaited = (id: TaskId): boolean => [...waits.values()].some((before) => before.has(id));
  const { shares, deferred } = distributeWork(
    worst.map(({ id, scope, reads }) => ({
      id,
      files: scope.kind === "write" ? scope.globs : [],
      reads,
      isCritical: isAwaited(id),
    })),
    cap,
  );
  const first = shares.map(({ items }) => items[0]);
  const others = shares.flatMap(({ items }) => items.slice(1));
  // What is neither in a share nor deferred is contract work, which everybody waits for.
  const contract = worst.filter(({ id }) => ![...first, ...others, ...deferred].includes(id));
  const staying = new Set<string | undefined>(
    [...contract.map(({ id }) => id), ...first, ...others].slice(0, cap),
  );
  const out = new Set(worst.filter(({ id }) => !staying.has(id)).map(({ id }) => id));
  const phase = phaseOf[worst[0]?.role ?? "discovery"];
  return wave.tasks
    .filter(
      ({ id, role }) =>
        out.has(id) || phaseOf[role] > phase || [...(waits.get(id) ?? [])].some((before) => out.has(before)),
    )
    .map(({ id }) => id);
}

function moveSections(
  text: string,
  {
    source,
    number,
    moved,
  }: { readonly source: PlanSource; readonly number: number; readonly moved: readonly TaskId[] },
): string | undefined {
  const lines = text.split("\n");
  const headings = new Map([...source.waves].map(([wave, { line }]) => [line - 1, wave]));
  const tasks = new Map([...source.tasks].map(([id, { heading }]) => [heading.line - 1, id]));
  const kept: string[] = [];
  const taken: string[] = [];
  let title: string | undefined;
  let isIn = false;
  let target = kept;
  const close = (): void => {
    if (title === undefined || !isIn) return;
    kept.push(title, "", ...taken);
    isIn = false;
  };
  for (const [at, line] of lines.entries()) {
    const wave = headings.get(at);
    const task = tasks.get(at);
    if (wave !== undefined) {
      close();
      target = kept;
      isIn = wave === number;
      if (isIn) title = counted(line);
    }
    if (task !== undefined) target = moved.includes(task) ? taken : kept;
    target.push(wave !== undefined && wave > number ? counted(line) : line);
  }
  if (taken.at(-1) !== "" && isIn && kept.at(-1) !== "") kept.push("");
  close();
  return taken.length === 0 ? undefined : kept.join("\n");
}

/** A heading of a wave with the next number. */
function counted(line: string): string {
  return line.replace(
    /(\bWave\s+)(\d+)/i,
    (_, word: string, digits: string) => `${word}${Number(digits) + 1}`,
  );
}
