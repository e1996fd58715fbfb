import { taskId, type TaskId } from "../ids.ts";
import type { ScheduledTask } from "../plan/schedule.ts";
import { parseScope } from "../scope/scope.ts";
import { globWithin, type WorkFolder } from "./work-folder.ts";

/** Into how many pieces a task is split at most, its own included. */
const MOST_PIECES = 4;

/** What a task is split with: where its scope has files, who is there already, and how many may work at once. */
export type SplitQuestion = {
  readonly folders: readonly WorkFolder[];
  readonly taken: ReadonlySet<string>;
  readonly cap: number;
};

/** The globs that the task keeps for its next attempt, and the further tasks that do the rest after it. */
export type TaskSplit = { readonly globs: readonly string[]; readonly parts: readonly ScheduledTask[] };

/**
 * Splits a task that ran out of time by directory: it goes on with the first ones, further tasks do the
 * others, and the last of them, which has the checks of the whole, may write all of the scope. Undefined where
 * the scope does not part: files in one folder, an entry that cannot be narrowed, or no room for two pieces.
 */
export function splitTask(
  task: ScheduledTask,
  { folders, taken, cap }: SplitQuestion,
): TaskSplit | undefined {
  if (task.scope.kind === "read-only") return undefined;
  const { globs } = task.scope;
  const pieces = chunksOf(
    folders.map((each) => each.path),
    Math.min(MOST_PIECES, cap),
  ).map((paths) => ({
    paths,
    globs: globsWithin(globs, paths),
  }));
  const [own, ...others] = pieces;
  if (own === undefined || others.length === 0 || pieces.some((piece) => piece.globs.length === 0))
    return undefined;
  const ids = freeIds(task.id, { taken, count: others.length });
  const parts = others.map((piece, index): ScheduledTask => {
    const last = index === others.length - 1;
    const after = [task.id, ...(last ? ids.slice(0, index) : [])];
    const id = ids[index] ?? task.id;
    return last ? restOf(task, { id, after, paths: piece.paths }) : partOf(task, { id, after, ...piece });
  });
  return { globs: own.globs, parts };
}

type Piece = { readonly id: TaskId; readonly after: readonly TaskId[]; readonly paths: readonly string[] };

function partOf(
  task: ScheduledTask,
  { globs, ...piece }: Piece & { readonly globs: readonly string[] },
): ScheduledTask {
  const { after: _after, ...common } = restOf(task, piece);
  const scope = { kind: "write", globs } as const;
  return {
    ...common,
    after: piece.after,
    title: `${task.title} (${named(piece)})`,
    scope,
    verify: [],
    produces: [],
    doneWhen: [],
    brief: brief(task, `Do only what lies in ${named(piece)}.`),
  };
}

function restOf(task: ScheduledTask, piece: Piece): ScheduledTask {
  const what = `Do what lies in ${named(piece)}, and what is then left of the whole.`;
  return {
    ...task,
    id: piece.id,
    after: piece.after,
    title: `${task.title} (${named(piece)} and the rest)`,
    noOp: true,
    brief: brief(task, what),
    source: { kind: "split", of: task.id, reason: "it ran out of time as a whole" },
  };
}

const named = ({ paths }: Pick<Piece, "paths">): string => paths.join(", ");

function brief(task: ScheduledTask, what: string): string {
  const whole = task.brief.trim() === "" ? task.title : task.brief;
  return `The task below ran out of time as a whole. ${what} What was done so far is in the files.\n\n${whole}`;
}

function globsWithin(globs: readonly string[], paths: readonly string[]): readonly string[] {
  const scope = parseScope(globs);
  if (!scope.ok) return [];
  const found = paths.flatMap((path) => scope.value.globs.flatMap((glob) => globWithin(glob, path) ?? []));
  return [...new Set(found)];
}

/** Neighbours stay together; sizes differ by one at most. */
function chunksOf(paths: readonly string[], most: number): readonly (readonly string[])[] {
  const count = Math.min(most, paths.length);
  return Array.from({ length: count }, (_, index) =>
    paths.slice(Math.ceil((index * paths.length) / count), Math.ceil(((index + 1) * paths.length) / count)),
  );
}

function freeIds(
  of: TaskId,
  { taken, count }: { readonly taken: ReadonlySet<string>; readonly count: number },
): readonly TaskId[] {
  const ids: TaskId[] = [];
  for (let n = 1; ids.length < count; n += 1) if (!taken.has(`${of}P${n}`)) ids.push(taskId(`${of}P${n}`));
  return ids;
}
