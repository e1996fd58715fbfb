import { ok } from "@breakwater/core";
import type { CommitId, Result, TreeChange, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readBlobs, sizesOf } from "./blob.ts";
import { objectGit } from "./engine-git.ts";
import { readablePath, splitNul } from "./raw-path.ts";
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

/** The same without sizes and link targets: one call of git. */
export async function rawChanges(
  context: GitContext,
  from: CommitId | TreeId,
  to: CommitId | TreeId,
): Promise<Result<readonly FileChange[]>> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", from, to];
  const listed = await objectGit(context, args);
  if (!listed.ok) return listed;
  const parts = splitNul(listed.value.stdout);
  return ok(parts.flatMap((header, at) => (at % 2 === 0 ? [parseChange(header, parts[at + 1] ?? "")] : [])));
}

function parseChange(header: string, raw: RawPath): FileChange {
  const [oldMode = "", newMode = "", oldId = "", newId = "", letter = ""] = header.slice(1).split(" ");
  return { ...readablePath(raw), kind: kindOf(letter), oldMode, newMode, raw, oldId, newId };
}

function kindOf(letter: string): TreeChange["kind"] {
  switch (letter) {
    case "A":
      return "added";
    case "M":
      return "modified";
    case "D":
      return "deleted";
    case "T":
      return "type-changed";
  }
  throw new Error(`Reading a difference between trees: git printed the status ${JSON.stringify(letter)}`);
}
