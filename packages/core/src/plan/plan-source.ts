import type { SourceSpan } from "../failure.ts";
import type { TaskId } from "../ids.ts";

/**
 * Where the parts of a plan stand in its file.
 *
 * Kept beside the plan and never inside it, so that moving a line does not change what was agreed. Keys are
 * the canonical ones (`done-when`), nested front-matter keys are joined by dots (`gates.commands`).
 */
export type PlanSource = {
  readonly file: string;
  readonly keys: ReadonlyMap<string, KeySpans>;
  readonly waves: ReadonlyMap<number, SourceSpan>;
  readonly tasks: ReadonlyMap<TaskId, TaskSpans>;
};

/** A key, its whole value, and the items of a list in the order of the plan's value. */
export type KeySpans = {
  readonly key: SourceSpan;
  readonly value: SourceSpan;
  readonly items: readonly SourceSpan[];
};

export type TaskSpans = {
  readonly heading: SourceSpan;
  readonly keys: ReadonlyMap<string, KeySpans>;
};

/** The first character of a file: the place of what has no better one. */
export function startOfFile(file: string): SourceSpan {
  return { file, line: 1, column: 1, length: 0 };
}

/** The best known place of a task: an item of a key, the key's value, or the task's heading. */
export function placeInTask(
  source: PlanSource,
  task: TaskId,
  at: { readonly key?: string; readonly item?: number } = {},
): SourceSpan {
  const spans = source.tasks.get(task);
  if (spans === undefined) return startOfFile(source.file);
  const key = at.key === undefined ? undefined : spans.keys.get(at.key);
  if (key === undefined) return spans.heading;
  return (at.item === undefined ? undefined : key.items[at.item]) ?? key.value;
}

/** The best known place of a front-matter key: an item of its list, its value, or the file's start. */
export function placeInFrontMatter(source: PlanSource, key: string, item?: number): SourceSpan {
  const spans = source.keys.get(key);
  if (spans === undefined) return startOfFile(source.file);
  return (item === undefined ? undefined : spans.items[item]) ?? spans.value;
}
