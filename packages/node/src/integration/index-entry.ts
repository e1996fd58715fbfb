import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import type { Disk } from "./disk-path.ts";
import { fileGit, objectGit } from "./engine-git.ts";
import { joinNul, splitNul } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";

/** One entry of an index: octal mode, object id and path. */
export type IndexEntry = { readonly mode: string; readonly oid: string; readonly path: RawPath };

/** The entries of the base, and the paths that the agent staged on top of them. */
export type PreparedIndex = { readonly entries: readonly IndexEntry[]; readonly staged: readonly RawPath[] };

/**
 * Brings a private copy of an index back to `base`, keeping what it knows of unchanged files. Marks that
 * make git look away from a file are taken off where the file is there.
 */
export async function prepareIndex(
  context: GitContext,
  base: CommitId,
  disk: Disk,
): Promise<Result<PreparedIndex>> {
  const differs = await objectGit(context, ["diff-index", "--cached", "--raw", "-z", "--no-renames", base]);
  if (!differs.ok) return differs;
  if (differs.value.stdout.length > 0) {
    const reset = await fileGit(context, ["read-tree", "--reset", base]);
    if (!reset.ok) return reset;
  }
  const listed = await fileGit(context, ["ls-files", "--stage", "-v", "-z"]);
  if (!listed.ok) return listed;
  const lines = splitNul(listed.value.stdout).map(parseLine);
  const hidden = lines.filter((line) => line.tag !== "H").map((line) => line.path);
  const unhidden = await showHidden(context, hidden, disk);
  if (!unhidden.ok) return unhidden;
  return ok({ entries: lines, staged: addedPaths(splitNul(differs.value.stdout)) });
}

/** Paths of raw diff output that are new on the right side; each entry is a header and a path. */
function addedPaths(parts: readonly string[]): RawPath[] {
  return parts.flatMap((path, at) => {
    const header = parts[at - 1];
    const isPath = at % 2 === 1;
    return isPath && header?.endsWith(" A") === true && !header.includes(" 160000 ") ? [path] : [];
  });
}

function parseLine(line: string): IndexEntry & { readonly tag: string } {
  const tab = line.indexOf("\t");
  const [tag = "", mode = "", oid = ""] = line.slice(0, tab).split(" ");
  return { tag, mode, oid, path: line.slice(tab + 1) };
}

async function showHidden(context: GitContext, paths: readonly RawPath[], disk: Disk): Promise<Result<void>> {
  const there: RawPath[] = [];
  for (const path of paths) if ((await disk.look(path)) !== undefined) there.push(path);
  if (there.length === 0) return ok(undefined);
  for (const flag of ["--no-assume-unchanged", "--no-skip-worktree"]) {
    const args = ["update-index", flag, "-z", "--stdin"];
    const shown = await fileGit(context, args, { stdin: joinNul(there) });
    if (!shown.ok) return shown;
  }
  return ok(undefined);
}
