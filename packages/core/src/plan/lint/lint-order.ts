import type { TaskId } from "../../ids.ts";
import { nearMatch } from "../../near-match.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { PlacedWave } from "../place-task.ts";
import type { PlanTask } from "../plan.ts";
import type { PlanSource } from "../plan-source.ts";
import { placeInTask } from "../plan-source.ts";
import { short } from "../read-value.ts";
import { findCycle } from "../task-order.ts";
import { phaseOf } from "../wave-table.ts";

/** What is wrong with the dependencies of a plan: BW201 unknown, BW204 a cycle, BW202 the wrong way round. */
export function lintOrder(waves: readonly PlacedWave[], source: PlanSource): readonly Diagnostic[] {
  const tasks = waves.flatMap((wave) => wave.tasks);
  const waveOf = new Map(waves.flatMap((wave) => wave.tasks.map((task) => [task.id, wave.number])));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const cycle = findCycle(new Map(tasks.map((task) => [task.id, task.depends])));
  return [
    ...tasks.flatMap((task) =>
      task.depends.flatMap((id, item) => {
        const needed = byId.get(id);
        if (needed === undefined) return [unknownTask(task, item, { ids: [...byId.keys()], source })];
        return wrongWay(task, needed, { item, waveOf, source });
      }),
    ),
    ...(cycle === undefined ? [] : [inCycle(cycle, source)]),
  ];
}

function unknownTask(
  task: PlanTask,
  item: number,
  { ids, source }: { readonly ids: readonly TaskId[]; readonly source: PlanSource },
): Diagnostic {
  const id = task.depends[item] ?? "";
  const where = placeInTask(source, task.id, { key: "depends", item });
  const meant = nearMatch(id, ids);
  const exact = meant !== undefined && meant.toLowerCase() === id.toLowerCase() ? meant : undefined;
  return {
    code: "BW201",
    severity: "error",
    message: `${task.id} depends on ${short(id)}, which is not in this plan`,
    where,
    fix: `known ids: ${ids.slice(0, 20).join(", ")}${ids.length > 20 ? ", …" : ""}`,
    ...(exact === undefined ? {} : { edit: { span: where, newText: exact } }),
  };
}

function wrongWay(
  task: PlanTask,
  needed: PlanTask,
  terms: { readonly item: number; readonly waveOf: ReadonlyMap<TaskId, number>; readonly source: PlanSource },
): readonly Diagnostic[] {
  const own = terms.waveOf.get(task.id) ?? 0;
  const theirs = terms.waveOf.get(needed.id) ?? 0;
  if (theirs < own || needed.id === task.id) return [];
  const where = placeInTask(terms.source, task.id, { key: "depends", item: terms.item });
  const related = [{ span: placeInTask(terms.source, needed.id), label: `wave ${theirs}` }];
  if (theirs > own) {
    return [
      {
        code: "BW202",
        severity: "error",
        message: `${task.id} in wave ${own} depends on ${needed.id}, which runs later, in wave ${theirs}`,
        where,
        related,
        why: "waves run one after the other, so the dependency can never be met",
        fix: `move ${task.id} to wave ${theirs + 1}, or drop the dependency`,
      },
    ];
  }
  if (phaseOf[needed.role] <= phaseOf[task.role]) return [];
  return [
    {
      code: "BW202",
      severity: "error",
      message: `${task.id} (${task.role}) depends on ${needed.id} (${needed.role}), a later phase of wave ${own}`,
      where,
      related,
      why: "inside a wave the roles follow one another, so the dependency can never be met",
      fix: `move ${task.id} to a later wave, or drop the dependency`,
    },
  ];
}

function inCycle(cycle: readonly TaskId[], source: PlanSource): Diagnostic {
  const [first, second] = cycle;
  const shown = cycle.length <= 12 ? cycle : [...cycle.slice(0, 10), "…", first ?? ""];
  return {
    code: "BW204",
    severity: "error",
    message: `tasks wait for each other: ${shown.join(" → ")}`,
    where:
      first === undefined
        ? { file: source.file, line: 1, column: 1, length: 0 }
        : placeOf(source, first, second),
    why: "a task in a cycle can never start",
    fix: "drop one of these dependencies",
  };
}

function placeOf(source: PlanSource, task: TaskId, needed: TaskId | undefined) {
  const items = source.tasks.get(task)?.keys.get("depends")?.items.length ?? 0;
  return placeInTask(
    source,
    task,
    items === 1 || needed === undefined ? { key: "depends", item: 0 } : { key: "depends" },
  );
}
