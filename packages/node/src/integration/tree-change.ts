import { ok } from "@breakwater/core";
import type { CommitId, Result, TreeChange, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readBlobs, sizesOf } from "./blob.ts";
import { diffTrees } from "../object/diff-trees.ts";
import type { TreeDifference } from "../object/diff-trees.ts";
import { rootTreeOf } from "../object/read-object.ts";
import { readablePath } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";

/** A change as the audit judges it, with what is needed to write it: the path as bytes and the object ids. */
export type FileChange = TreeChange & {
  readonly raw: RawPath;
  readonly oldId: string;
  readonly newId: string;
};

/** The longest link that is read; the kernel follows none that is longer. */
const LONGEST_LINK = 4096;
const LINK = "120000";
const SUBMODULE = "160000";
const ABSENT = "000000";

/** Every path that differs between two commits or trees, in the order of git, with sizes and link targets. */
export async function treeChanges(
  context: GitContext,
  from: CommitId | TreeId,
  to: CommitId | TreeId,
): Promise<Result<readonly FileChange[]>> {
  const listed = await rawChanges(context, from, to);
  if (!listed.ok) return listed;
  const sized = listed.value.filter((change) => change.newMode !== ABSENT && change.newMode !== SUBMODULE);
  const sizes = await sizesOf(
    context,
    sized.map((change) => change.newId),
  );
  if (!sizes.ok) return sizes;
  const sizeById = new Map(sized.map((change, at) => [change.newId, sizes.value[at]]));
  const links = sized.filter(
    (change) => change.newMode === LINK && (sizeById.get(change.newId) ?? Infinity) <= LONGEST_LINK,
  );
  const linkIds = [...new Set(links.map((change) => change.newId))];
  const targets = await readBlobs(context, linkIds);
  if (!targets.ok) return targets;
  const targetById = new Map(linkIds.map((id, at) => [id, targets.value[at]?.toString("utf8")]));
  return ok(
    listed.value.map((change) => {
      const size = change.newMode === SUBMODULE ? undefined : sizeById.get(change.newId);
      const linkTarget = change.newMode === LINK ? targetById.get(change.newId) : undefined;
      return {
        ...change,
        ...(size === undefined ? {} : { size }),
        ...(linkTarget === undefined ? {} : { linkTarget }),
      };
    }),
  );
}

/** The same without sizes and link targets. */
export async function rawChanges(
  context: GitContext,
  from: CommitId | TreeId,
  to: CommitId | TreeId,
): Promise<Result<readonly FileChange[]>> {
  const [left, right] = await Promise.all([rootTreeOf(context, from), rootTreeOf(context, to)]);
  if (!left.ok) return left;
  if (!right.ok) return right;
  const listed = await diffTrees(context, left.value, right.value);
  return listed.ok ? ok(listed.value.map((each) => changeOf(each, from))) : listed;
}

function changeOf(difference: TreeDifference, like: string): FileChange {
  const { path: raw, old: before, new: after } = difference;
  const none = "0".repeat(like.length);
  return {
    ...readablePath(raw),
    kind: kindOf(before?.mode, after?.mode),
    oldMode: before?.mode ?? ABSENT,
    newMode: after?.mode ?? ABSENT,
    raw,
    oldId: before?.id ?? none,
    newId: after?.id ?? none,
  };
}

function kindOf(before: string | undefined, after: string | undefined): TreeChange["kind"] {
  if (before === undefined) return "added";
  if (after === undefined) return "deleted";
  // The first three digits tell a file, a link and a submodule apart.
  return before.slice(0, 3) === after.slice(0, 3) ? "modified" : "type-changed";
}
