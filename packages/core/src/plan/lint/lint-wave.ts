import { parseGlob, literalPathOf } from "../../scope/glob.ts";
import { matchGlob } from "../../scope/glob-match.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { PlacedWave, Placement } from "../place-task.ts";
import type { PlanTask } from "../plan.ts";
import type { PlanSource } from "../plan-source.ts";
import { placeInTask, startOfFile } from "../plan-source.ts";
import { roleTitles } from "../role.ts";
import type { ScopeBook } from "../scope-book.ts";
import { contractFiles } from "../sizing/distribute.ts";
import { phaseOf } from "../wave-table.ts";

/** What judging waves needs. */
export type WaveTerms = {
  readonly source: PlanSource;
  readonly book: ScopeBook;
  readonly agentsPerWave: number;
  readonly serial: boolean;
};

/** What is odd about the waves: BW205, BW220, BW221, BW310. */
export function lintWaves(placement: Placement, terms: WaveTerms): readonly Diagnostic[] {
  const { waves } = placement;
  if (terms.serial) return [];
  return [
    ...waves.flatMap((wave) => overCap(wave, terms)),
    ...placement.split.map((roles): Diagnostic => ({
      code: "BW221",
      severity: "warning",
      message: `${roles.map((role) => roleTitles[role]).join(" + ")} do not fit into one wave of ${terms.agentsPerWave} tasks; each gets its own`,
      where: startOfFile(terms.source.file),
      fix: "raise agents-per-wave, or ask for more waves",
    })),
    ...waves.flatMap((wave, index) => lonely(wave, waves[index - 1], terms.source)),
    ...waves.flatMap((wave, index) => unownedContract(wave, waves.slice(0, index + 1), terms)),
  ];
}

/** The cap holds for tasks that may run at the same time: those of one phase. */
function overCap(wave: PlacedWave, { source, agentsPerWave }: WaveTerms): readonly Diagnostic[] {
  const phases = new Map<number, PlanTask[]>();
  for (const task of wave.tasks) {
    const phase = phases.get(phaseOf[task.role]) ?? [];
    phase.push(task);
    phases.set(phaseOf[task.role], phase);
  }
  const worst = [...phases.values()].sort((left, right) => right.length - left.length)[0] ?? [];
  const first = worst[agentsPerWave];
  if (first === undefined) return [];
  return [
    {
      code: "BW220",
      severity: "error",
      message: `wave ${wave.number} has ${worst.length} tasks that may run at once; agents-per-wave is ${agentsPerWave}`,
      where: placeInTask(source, first.id),
      label: "the first beyond the cap",
      fix: "move tasks to another wave, merge small ones, or raise agents-per-wave",
    },
  ];
}

function lonely(
  wave: PlacedWave,
  previous: PlacedWave | undefined,
  source: PlanSource,
): readonly Diagnostic[] {
  const [task, more] = wave.tasks;
  if (task === undefined || more !== undefined || previous === undefined) return [];
  if (!previous.tasks.some((each) => each.role === task.role)) return [];
  if (previous.tasks.some((each) => task.depends.includes(each.id))) return [];
  return [
    {
      code: "BW205",
      severity: "warning",
      message: `wave ${wave.number} has only ${task.id}, which waits for nothing in wave ${previous.number}`,
      where: placeInTask(source, task.id),
      why: "a wave is a barrier: it starts when the slowest task before it has ended",
      fix: `move ${task.id} to wave ${previous.number}`,
    },
  ];
}

/** A contract that several tasks of a wave read and that no task up to this wave owns. */
function unownedContract(
  wave: PlacedWave,
  upToHere: readonly PlacedWave[],
  { source, book }: WaveTerms,
): readonly Diagnostic[] {
  const items = wave.tasks.map((task) => ({ task, files: [], reads: literalPaths(task.reads) }));
  return contractFiles(items).flatMap((path): readonly Diagnostic[] => {
    const readers = items.filter(({ reads }) => reads.includes(path)).map(({ task }) => task);
    const [, second] = readers;
    const owned = upToHere.some((each) =>
      each.tasks.some((task) => book.entriesOf(task).some(({ glob }) => matchGlob(glob, path))),
    );
    if (owned || second === undefined) return [];
    return [
      {
        code: "BW310",
        severity: "warning",
        message: `${readers.map((task) => task.id).join(", ")} of wave ${wave.number} read ${path}, and no task owns it`,
        where: placeInTask(source, second.id, { key: "reads" }),
        why: "each of them may need it changed, and none of them may change it",
        fix: `add a task to wave ${wave.number} with \`scope: ${path}\` and \`contract-lock: true\`; it then runs first, and the others build on what it settled`,
      },
    ];
  });
}

function literalPaths(entries: readonly string[]): readonly string[] {
  return entries.flatMap((text) => {
    const glob = parseGlob(text);
    return glob.ok ? (literalPathOf(glob.value) ?? []) : [];
  });
}
