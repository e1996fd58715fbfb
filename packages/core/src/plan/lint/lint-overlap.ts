import type { TaskId } from "../../ids.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { PlanTask } from "../plan.ts";
import type { PlanSource } from "../plan-source.ts";
import { placeInTask, startOfFile } from "../plan-source.ts";
import type { Overlap, ScopeBook } from "../scope-book.ts";

/** Two tasks that may run at the same time and can write the same file. */
export type Conflict = {
  readonly wave: number;
  readonly left: PlanTask;
  readonly right: PlanTask;
  readonly overlap: Overlap;
};

/** One wave as the conflict graph sees it; `before` are all tasks that a task waits for in the wave. */
export type ConcurrentTasks = {
  readonly wave: number;
  readonly tasks: readonly PlanTask[];
  readonly before: ReadonlyMap<TaskId, ReadonlySet<TaskId>>;
};

/** The edges of the conflict graph of a wave that `shared` does not allow. */
export function conflictsOf({ wave, tasks, before }: ConcurrentTasks, book: ScopeBook): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  tasks.forEach((left, index) => {
    for (const right of tasks.slice(index + 1)) {
      if (before.get(left.id)?.has(right.id) === true || before.get(right.id)?.has(left.id) === true)
        continue;
      const overlap = book.overlapOf(left, right);
      if (overlap !== undefined) conflicts.push({ wave, left, right, overlap });
    }
  });
  return conflicts;
}

/** Conflicts as BW203, at most as many as a person reads. */
export function lintOverlaps(
  conflicts: readonly Conflict[],
  source: PlanSource,
  book: ScopeBook,
): readonly Diagnostic[] {
  const shown = conflicts.slice(0, 50).map((conflict) => overlapping(conflict, source));
  return book.ranOut() ? [...shown, tooMuch(source)] : shown;
}

function overlapping({ wave, left, right, overlap }: Conflict, source: PlanSource): Diagnostic {
  return {
    code: "BW203",
    severity: "error",
    message: `${left.id} and ${right.id} can both write ${overlap.path} in wave ${wave}`,
    where: placeInTask(source, right.id, { key: "scope", item: overlap.right.item }),
    label: `${right.id} may write this`,
    related: [
      {
        span: placeInTask(source, left.id, { key: "scope", item: overlap.left.item }),
        label: `so may ${left.id}`,
      },
    ],
    why: "tasks of one wave run at the same time; overlapping scopes end in merge conflicts",
    fix:
      `narrow one scope, move ${right.id} to a later wave, let one depend on the other, ` +
      `or name the overlap under \`shared\` in both`,
  };
}

function tooMuch(source: PlanSource): Diagnostic {
  return {
    code: "BW120",
    severity: "error",
    message: "the scopes of this plan are too many to compare with each other",
    where: startOfFile(source.file),
    why: "scopes that were not compared cannot be called disjoint",
    fix: "write fewer and wider scope entries, or split the plan",
  };
}
