import type { Failure } from "../failure.ts";
import type { TaskId } from "../ids.ts";
import { coversGlob } from "../scope/glob-cover.ts";
import { intersectGlobs } from "../scope/glob-intersect.ts";
import { matchGlob } from "../scope/glob-match.ts";
import { parseGlob } from "../scope/glob.ts";
import type { Glob } from "../scope/glob.ts";
import type { PlanTask } from "./plan.ts";

/** The part of a task that a scope book reads; tasks of a plan and of a schedule have it. */
export type ScopedTask = Pick<PlanTask, "id" | "scope" | "shared" | "reads">;

/** An entry of a scope that was read, with its place in the list. */
export type ScopeEntry = { readonly item: number; readonly text: string; readonly glob: Glob };
/** An entry that cannot be read, with the failure that says why. */
export type VoidEntry = { readonly item: number; readonly text: string; readonly failure: Failure };

/** A file that two tasks can both write, and the entries that say so. */
export type Overlap = {
  readonly left: ScopeEntry;
  readonly right: ScopeEntry;
  /** A tracked file where one matches both, else a path that both patterns match. */
  readonly path: string;
};

/** The scopes of a plan's tasks, read once. */
export type ScopeBook = {
  readonly entriesOf: (task: ScopedTask) => readonly ScopeEntry[];
  readonly voidsOf: (task: ScopedTask) => readonly VoidEntry[];
  /** The overlap of two write scopes that `shared` does not allow; `undefined` also when work ran out. */
  readonly overlapOf: (left: ScopedTask, right: ScopedTask) => Overlap | undefined;
  /** Whether two write scopes meet at all, `shared` or not. */
  readonly meet: (left: ScopedTask, right: ScopedTask) => boolean;
  /** Whether a task reads what another may write. */
  readonly readsFrom: (reader: ScopedTask, writer: ScopedTask) => boolean;
  /** True after so many comparisons that no further one was made: nothing may be called disjoint. */
  readonly ranOut: () => boolean;
};

/** Pairs of globs that are compared for one plan; an honest plan needs a few thousand. */
const maxComparisons = 100_000;

/** Reads the scopes of tasks when they are first asked for. `files` are the tracked files, if known. */
export function openScopeBook(files: readonly string[] = []): ScopeBook {
  const pages = new Map<TaskId, Page>();
  let left = maxComparisons;
  const pageOf = (task: ScopedTask): Page => {
    const page = pages.get(task.id) ?? readPage(task);
    pages.set(task.id, page);
    return page;
  };
  const witness = (one: Glob, other: Glob): string | undefined => {
    if (left <= 0) return undefined;
    left -= 1;
    const found = intersectGlobs(one, other);
    if (!found.meets) return undefined;
    return files.find((file) => matchGlob(one, file) && matchGlob(other, file)) ?? found.witness;
  };
  const first = (one: ScopedTask, other: ScopedTask, allowShared: boolean): Overlap | undefined => {
    for (const mine of pageOf(one).entries) {
      for (const theirs of pageOf(other).entries) {
        if (allowShared && isShared(pageOf(one), pageOf(other), [mine.glob, theirs.glob])) continue;
        const path = witness(mine.glob, theirs.glob);
        if (path !== undefined) return { left: mine, right: theirs, path };
      }
    }
    return undefined;
  };
  return {
    entriesOf: (task) => pageOf(task).entries,
    voidsOf: (task) => pageOf(task).voids,
    overlapOf: (one, other) => first(one, other, true),
    meet: (one, other) => first(one, other, false) !== undefined,
    readsFrom: (reader, writer) =>
      pageOf(reader).reads.some((read) =>
        pageOf(writer).entries.some((entry) => witness(read, entry.glob) !== undefined),
      ),
    ranOut: () => left <= 0,
  };
}

type Page = {
  readonly entries: readonly ScopeEntry[];
  readonly voids: readonly VoidEntry[];
  readonly shared: readonly Glob[];
  readonly reads: readonly Glob[];
};

function readPage(task: ScopedTask): Page {
  const entries: ScopeEntry[] = [];
  const voids: VoidEntry[] = [];
  const texts = task.scope.kind === "write" ? task.scope.globs : [];
  texts.forEach((text, item) => {
    const glob = parseGlob(text);
    if (glob.ok) entries.push({ item, text, glob: glob.value });
    else voids.push({ item, text, failure: glob.failure });
  });
  return { entries, voids, shared: globsOf(task.shared), reads: globsOf(task.reads) };
}

/** Entries of `reads` and `shared` that cannot be read match nothing; they are reported apart. */
function globsOf(texts: readonly string[]): readonly Glob[] {
  return texts.flatMap((text) => {
    const glob = parseGlob(text);
    return glob.ok ? [glob.value] : [];
  });
}

/** Both tasks must name the meeting place: a shared entry that covers either glob covers where they meet. */
function isShared(one: Page, other: Page, globs: readonly Glob[]): boolean {
  const covers = (page: Page): boolean =>
    page.shared.some((shared) => globs.some((glob) => coversGlob(shared, glob)));
  return covers(one) && covers(other);
}
