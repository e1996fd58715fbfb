import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readTree } from "./read-object.ts";
import { FOLDER } from "./tree-entry.ts";
import type { TreeEntry } from "./tree-entry.ts";
import { writeTreeObject } from "./write-object.ts";

/** Three trees of one merge, by id; a side without the folder has none. */
export type ThreeTrees = {
  readonly base: string | undefined;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
};

/**
 * Merges three trees path by path where no path was changed on both sides, and writes the tree. Undefined
 * where one was: then contents have to be merged, which is git's work. Nothing is guessed and no rename is
 * followed, so a path of the outcome is as one of the sides has it. A tree without entries has no id.
 */
export async function mergePlainTrees(
  context: GitContext,
  trees: ThreeTrees,
): Promise<Result<{ readonly tree: string | undefined } | undefined>> {
  const { base, ours, theirs } = trees;
  if (theirs === base || theirs === ours) return ok({ tree: ours });
  if (ours === base) return ok({ tree: theirs });
  const sides = await Promise.all([base, ours, theirs].map((id) => entriesByName(context, id)));
  const [before, left, right] = sides;
  if (before?.ok !== true || left?.ok !== true || right?.ok !== true)
    return sides.find((side) => !side.ok) ?? ok(undefined);
  const merged: TreeEntry[] = [];
  for (const name of new Set([...left.value.keys(), ...right.value.keys()])) {
    const one = { base: before.value.get(name), ours: left.value.get(name), theirs: right.value.get(name) };
    const entry = await mergeEntry(context, name, one);
    if (!entry.ok) return entry;
    if (entry.value === undefined) return ok(undefined);
    if (entry.value !== "gone") merged.push(entry.value);
  }
  if (merged.length === 0) return ok({ tree: undefined });
  const like = ours ?? theirs ?? "";
  const written = await writeTreeObject(context, merged, { like });
  return written.ok ? ok({ tree: written.value }) : written;
}

type ThreeEntries = {
  readonly base: TreeEntry | undefined;
  readonly ours: TreeEntry | undefined;
  readonly theirs: TreeEntry | undefined;
};

async function mergeEntry(
  context: GitContext,
  name: string,
  { base, ours, theirs }: ThreeEntries,
): Promise<Result<TreeEntry | "gone" | undefined>> {
  if (isSame(theirs, base) || isSame(theirs, ours)) return ok(ours ?? "gone");
  if (isSame(ours, base)) return ok(theirs ?? "gone");
  if (ours?.mode !== FOLDER || theirs?.mode !== FOLDER) return ok(undefined);
  const below = base?.mode === FOLDER ? base.id : undefined;
  if (base !== undefined && below === undefined) return ok(undefined);
  const inner = await mergePlainTrees(context, { base: below, ours: ours.id, theirs: theirs.id });
  if (!inner.ok || inner.value === undefined) return inner.ok ? ok(undefined) : inner;
  const { tree } = inner.value;
  return ok(tree === undefined ? "gone" : { mode: FOLDER, name, id: tree });
}

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}

async function entriesByName(
  context: GitContext,
  tree: string | undefined,
): Promise<Result<ReadonlyMap<string, TreeEntry>>> {
  if (tree === undefined) return ok(new Map());
  const read = await readTree(context, tree);
  return read.ok ? ok(new Map(read.value.map((entry) => [entry.name, entry]))) : read;
}
