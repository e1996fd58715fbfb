import type { TaskId } from "../../ids.ts";
import { intersectGlobs } from "../../scope/glob-intersect.ts";
import { matchGlob } from "../../scope/glob-match.ts";
import { openScopeBook, type ScopeBook, type ScopedTask } from "../scope-book.ts";
import { allWaits } from "../task-order.ts";

/** Two tasks of one wave whose scopes meet. */
export type ScopeConflict = {
  readonly wave: number;
  readonly left: TaskId;
  readonly right: TaskId;
  /** Tracked files that both may write, else paths that both patterns match; at most `MOST_PATHS`. */
  readonly paths: readonly string[];
  /** Whether both name the overlap under `shared`. */
  readonly shared: boolean;
  readonly order: "at-once" | "one-after-the-other";
};

/** A wave as far as its conflicts go; tasks of a plan or of a schedule. */
export type ConflictWave = {
  readonly number: number;
  readonly tasks: readonly (ScopedTask & {
    readonly depends: readonly TaskId[];
    readonly after?: readonly TaskId[];
  })[];
};

/** As many paths of a conflict, and conflicts of a plan, as a person reads. */
export const MOST_PATHS = 20;
const MOST_CONFLICTS = 200;

/** The overlaps of scopes wave by wave, allowed or not. `files` are the tracked files, where they are known. */
export function scopeConflicts(
  waves: readonly ConflictWave[],
  files: readonly string[] = [],
): readonly ScopeConflict[] {
  const book = openScopeBook(files);
  const found: ScopeConflict[] = [];
  for (const { number, tasks } of waves) {
    const waits = allWaits(new Map(tasks.map((task) => [task.id, [...task.depends, ...(task.after ?? [])]])));
    for (const [at, left] of tasks.entries()) {
      for (const right of tasks.slice(at + 1)) {
        if (found.length >= MOST_CONFLICTS || !book.meet(left, right)) continue;
        const ordered =
          waits.get(left.id)?.has(right.id) === true || waits.get(right.id)?.has(left.id) === true;
        found.push({
          wave: number,
          left: left.id,
          right: right.id,
          paths: meetingPaths(left, right, { book, files }),
          shared: book.overlapOf(left, right) === undefined,
          order: ordered ? "one-after-the-other" : "at-once",
        });
      }
    }
  }
  return found;
}

function meetingPaths(
  left: ScopedTask,
  right: ScopedTask,
  { book, files }: { readonly book: ScopeBook; readonly files: readonly string[] },
): readonly string[] {
  const paths = new Set<string>();
  for (const { glob: mine } of book.entriesOf(left)) {
    for (const { glob: theirs } of book.entriesOf(right)) {
      const meeting = intersectGlobs(mine, theirs);
      if (!meeting.meets || paths.size >= MOST_PATHS) continue;
      const before = paths.size;
      for (const file of files)
        if (paths.size < MOST_PATHS && matchGlob(mine, file) && matchGlob(theirs, file)) paths.add(file);
      if (paths.size === before) paths.add(meeting.witness);
    }
  }
  return [...paths];
}
