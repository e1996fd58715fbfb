import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { openDisk } from "./disk-path.ts";
import { fileGit, objectGit } from "./engine-git.ts";
import { withPrivateFolder } from "../process/private-folder.ts";
import { copyIndex } from "./private-index.ts";
import { joinNul, rawBytes, readablePath, splitNul } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";
import type { FileChange } from "./tree-change.ts";

/** The checkout of the person; its own index is used and, where said so, written. */
export type Checkout = GitContext & { readonly workTree: string };

/**
 * The touched paths on which the person has something of their own: an edit, a staged change, or a file
 * that git does not know, ignored ones included, where a new file would have to go.
 */
export async function pathsInTheWay(
  checkout: Checkout,
  from: CommitId,
  changes: readonly FileChange[],
): Promise<Result<readonly RawPath[]>> {
  const edited = await editedPaths(checkout, from);
  if (!edited.ok) return edited;
  const tracked = await trackedPaths(checkout);
  if (!tracked.ok) return tracked;
  const touched = changes.map((change) => change.raw);
  const disk = openDisk(checkout.workTree);
  const inTheWay = new Set(touched.filter((path) => edited.value.has(path)));
  for (const { raw, kind } of changes) {
    if (kind === "deleted" || tracked.value.has(raw)) continue;
    const blocker = await disk.obstacle(raw);
    if (blocker !== undefined && !tracked.value.has(blocker)) inTheWay.add(blocker);
    const found = await disk.look(raw);
    const isFree = found === undefined || (found.isDirectory() && !(await disk.holdsAnything(raw)));
    if (!isFree && !(found.isDirectory() && holdsOnlyTracked(raw, changes, await filesBelow(checkout, raw))))
      inTheWay.add(raw);
  }
  return ok([...inTheWay]);
}

/** What differs from `from` in the files or in the index. Submodules are never entered. */
async function editedPaths(checkout: Checkout, from: CommitId): Promise<Result<ReadonlySet<RawPath>>> {
  const options = ["--name-only", "-z", "--no-renames", "--ignore-submodules=all", from];
  const [files, staged] = await Promise.all([
    fileGit(checkout, ["diff-index", ...options]),
    fileGit(checkout, ["diff-index", "--cached", ...options]),
  ]);
  if (!files.ok) return files;
  if (!staged.ok) return staged;
  return ok(new Set([...splitNul(files.value.stdout), ...splitNul(staged.value.stdout)]));
}

async function trackedPaths(checkout: Checkout): Promise<Result<ReadonlySet<RawPath>>> {
  const listed = await fileGit(checkout, ["ls-files", "-z"]);
  return listed.ok ? ok(new Set(splitNul(listed.value.stdout))) : listed;
}

/** All that git does not track in a folder, ignored files included. */
async function filesBelow(checkout: Checkout, folder: RawPath): Promise<readonly RawPath[]> {
  const { path, decodable } = readablePath(folder);
  // A name that is no text cannot be handed to git as an argument, so such a folder counts as used.
  if (!decodable) return [folder];
  const listed = await fileGit(checkout, ["ls-files", "-z", "--others", "--", `${path}/`]);
  return listed.ok ? splitNul(listed.value.stdout) : [folder];
}

/** A folder may give way to a file only where all it holds is tracked and goes away with this very change. */
function holdsOnlyTracked(raw: RawPath, changes: readonly FileChange[], others: readonly RawPath[]): boolean {
  return (
    others.length === 0 && changes.some((each) => each.kind === "deleted" && each.raw.startsWith(`${raw}/`))
  );
}

/**
 * Tells the index about touched paths whose file already is as `to` has it while the index still is at
 * `from`: the traces of an update that was cut off. Everything else stays as it is.
 */
export async function settleTouched(
  checkout: Checkout,
  from: CommitId,
  changes: readonly FileChange[],
): Promise<Result<void>> {
  const staged = await objectGit(checkout, [
    "diff-index",
    "--cached",
    "--name-only",
    "-z",
    "--no-renames",
    from,
  ]);
  if (!staged.ok) return staged;
  const moved = new Set(splitNul(staged.value.stdout));
  const behind = changes.filter((change) => !moved.has(change.raw));
  const arrived = await arrivedChanges(checkout, behind);
  if (!arrived.ok) return arrived;
  return arrived.value.length === 0 ? ok(undefined) : putEntries(checkout, arrived.value);
}

async function arrivedChanges(
  checkout: Checkout,
  changes: readonly FileChange[],
): Promise<Result<readonly FileChange[]>> {
  const disk = openDisk(checkout.workTree);
  return withPrivateFolder(async (folder) => {
    const copy = await copyIndex(checkout, folder);
    const put = await putEntries(copy, changes);
    if (!put.ok) return put;
    const listed = await fileGit(copy, ["ls-files", "-z", "--modified", "--deleted"]);
    if (!listed.ok) return listed;
    const differs = new Set(splitNul(listed.value.stdout));
    const arrived: FileChange[] = [];
    for (const change of changes) {
      const found = await disk.look(change.raw);
      const gone = found === undefined || found.isDirectory();
      if (change.kind === "deleted" ? gone : found !== undefined && !differs.has(change.raw))
        arrived.push(change);
    }
    return ok(arrived);
  });
}

async function putEntries(context: GitContext, changes: readonly FileChange[]): Promise<Result<void>> {
  const gone = changes.filter((change) => change.kind === "deleted").map((change) => change.raw);
  if (gone.length > 0) {
    const args = ["update-index", "--force-remove", "-z", "--stdin"];
    const removed = await fileGit(context, args, { stdin: joinNul(gone) });
    if (!removed.ok) return removed;
  }
  const lines = changes
    .filter((change) => change.kind !== "deleted")
    .map((each) => `${each.newMode} ${each.newId}\t${each.raw}\0`);
  if (lines.length === 0) return ok(undefined);
  const put = await fileGit(context, ["update-index", "-z", "--index-info"], {
    stdin: rawBytes(lines.join("")),
  });
  return put.ok ? ok(undefined) : put;
}
