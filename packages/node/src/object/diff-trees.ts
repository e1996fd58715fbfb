import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import type { RawPath } from "../integration/raw-path.ts";
import { readTree } from "./read-object.ts";
import { compareKeys, FOLDER, orderKey } from "./tree-entry.ts";
import type { TreeEntry } from "./tree-entry.ts";

/** A path that two trees do not have alike; a side without an entry is absent. Neither side is ever a folder. */
export type TreeDifference = { readonly path: RawPath; readonly old?: TreeEntry; readonly new?: TreeEntry };

/**
 * Every path in which two trees differ, in git's order and without renames. Folders that are equal are not
 * read, so the cost is that of what changed. An absent tree counts as an empty one.
 */
export async function diffTrees(
  context: GitContext,
  from: string | undefined,
  to: string | undefined,
): Promise<Result<readonly TreeDifference[]>> {
  const found: TreeDifference[] = [];
  const walked = await walk(context, { from, to, above: "" }, found);
  return walked.ok ? ok(found) : walked;
}

/** A file of a tree, with its path below the root of that tree. */
type TreeFile = TreeEntry & { readonly path: RawPath };

/** Every file of a tree in git's order. */
export async function listTree(context: GitContext, tree: string): Promise<Result<readonly TreeFile[]>> {
  const files: TreeFile[] = [];
  const gathered = await gather(context, { tree, above: "" }, files);
  return gathered.ok ? ok(files) : gathered;
}

type Branch = { readonly tree: string; readonly above: string };

async function gather(
  context: GitContext,
  { tree, above }: Branch,
  files: TreeFile[],
): Promise<Result<void>> {
  const entries = await readTree(context, tree);
  if (!entries.ok) return entries;
  for (const { mode, id, name } of entries.value) {
    const path = above + name;
    if (mode !== FOLDER) files.push({ mode, id, name, path });
    else {
      const inner = await gather(context, { tree: id, above: `${path}/` }, files);
      if (!inner.ok) return inner;
    }
  }
  return ok(undefined);
}

type Pair = { readonly from: string | undefined; readonly to: string | undefined; readonly above: string };

async function walk(context: GitContext, pair: Pair, found: TreeDifference[]): Promise<Result<void>> {
  if (pair.from === pair.to) return ok(undefined);
  const [left, right] = await Promise.all([entriesOf(context, pair.from), entriesOf(context, pair.to)]);
  if (!left.ok) return left;
  if (!right.ok) return right;
  for (const [before, after] of inStep(left.value, right.value)) {
    if (before?.id === after?.id && before?.mode === after?.mode) continue;
    const path = `${pair.above}${before?.name ?? after?.name ?? ""}`;
    if (before?.mode !== FOLDER && after?.mode !== FOLDER) {
      found.push({ path, ...(before && { old: before }), ...(after && { new: after }) });
      continue;
    }
    const inner = await walk(context, { from: before?.id, to: after?.id, above: `${path}/` }, found);
    if (!inner.ok) return inner;
  }
  return ok(undefined);
}

async function entriesOf(
  context: GitContext,
  tree: string | undefined,
): Promise<Result<readonly TreeEntry[]>> {
  return tree === undefined ? ok([]) : readTree(context, tree);
}

/** Pairs the entries of two sorted lists; a file and a folder of one name are no pair, as git has it. */
function* inStep(
  left: readonly TreeEntry[],
  right: readonly TreeEntry[],
): Generator<readonly [TreeEntry | undefined, TreeEntry | undefined]> {
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const [before, after] = [left[l], right[r]];
    const order =
      before === undefined ? 1 : after === undefined ? -1 : compareKeys(orderKey(before), orderKey(after));
    yield [order <= 0 ? before : undefined, order >= 0 ? after : undefined];
    if (order <= 0) l += 1;
    if (order >= 0) r += 1;
  }
}
