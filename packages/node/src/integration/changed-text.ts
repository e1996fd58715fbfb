import { ok } from "@breakwater/core";
import type { ChangedText, CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readBlobs, sizesOf } from "./blob.ts";
import { rawChanges } from "./tree-change.ts";

/** The longest text that is read; a longer side is absent. */
const MOST_BYTES = 1_000_000;
const FILES: ReadonlySet<string> = new Set(["100644", "100755"]);

/** Every path that differs between two commits, with both texts of those that `wants` names. */
export async function readChangedTexts(
  context: GitContext,
  range: { readonly from: CommitId; readonly to: CommitId },
  wants: (path: string) => boolean,
): Promise<Result<readonly ChangedText[]>> {
  const listed = await rawChanges(context, range.from, range.to);
  if (!listed.ok) return listed;
  const wanted = listed.value.filter(({ path }) => wants(path));
  const ids = wanted.flatMap(({ oldMode, newMode, oldId, newId }) => [
    ...(FILES.has(oldMode) ? [oldId] : []),
    ...(FILES.has(newMode) ? [newId] : []),
  ]);
  const sizes = await sizesOf(context, ids);
  if (!sizes.ok) return sizes;
  const small = [...new Set(ids.filter((_, at) => (sizes.value[at] ?? Infinity) <= MOST_BYTES))];
  const texts = await readBlobs(context, small);
  if (!texts.ok) return texts;
  const textOf = new Map(small.map((id, at) => [id, texts.value[at]?.toString("utf8")]));
  return ok(
    listed.value.map(({ path, oldMode, newMode, oldId, newId }) => {
      const before = wants(path) && FILES.has(oldMode) ? textOf.get(oldId) : undefined;
      const after = wants(path) && FILES.has(newMode) ? textOf.get(newId) : undefined;
      return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    }),
  );
}
