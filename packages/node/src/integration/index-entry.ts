import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import { withIndex } from "../git/git-context.ts";
import type { GitContext } from "../git/git-context.ts";
import { listTree } from "../object/diff-trees.ts";
import type { Disk } from "./disk-path.ts";
import { fileGit, objectGit, treeOf } from "./engine-git.ts";
import { joinNul, splitNul } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";

/**
 * An index that holds `commit`, knows what the files looked like then, and was never in the agent's reach.
 * `file` is absolute and stays as it is; `untouched` is the index as the agent got it.
 */
export type TrustedIndex = { readonly file: string; readonly commit: CommitId; readonly untouched: string };

/** One entry of an index: octal mode, object id and path. */
export type IndexEntry = { readonly mode: string; readonly oid: string; readonly path: RawPath };

/** The entries of the base, and the paths that the agent staged on top of them. */
export type PreparedIndex = { readonly entries: readonly IndexEntry[]; readonly staged: readonly RawPath[] };

/**
 * The same where the private index is a copy of a trusted one: only the agent's own index is looked at, for
 * paths that it added by force, and only where it is not the trusted one byte by byte.
 */
export async function trustIndex(
  context: GitContext,
  base: CommitId,
  trusted: TrustedIndex,
): Promise<Result<PreparedIndex>> {
  const tree = await treeOf(context, base);
  if (!tree.ok) return tree;
  const [listed, staged] = await Promise.all([
    listTree(context, tree.value),
    stagedByAgent(context, trusted),
  ]);
  if (!listed.ok) return listed;
  const entries = listed.value.map(({ mode, id, path }) => ({ mode, oid: id, path }));
  return ok({ entries, staged });
}

/**
 * What was staged beyond the commit of the trusted index. A kept result that was carried over is staged too,
 * and it is no news once it is in that commit. An index that git cannot read adds nothing: the files
 * themselves are looked at anyway.
 */
async function stagedByAgent(context: GitContext, trusted: TrustedIndex): Promise<readonly RawPath[]> {
  const file = join(context.gitDir, "index");
  const [theirs, ours] = await Promise.all([bytesOf(file), bytesOf(trusted.untouched)]);
  if (theirs === undefined || (ours !== undefined && theirs.equals(ours))) return [];
  const args = ["diff-index", "--cached", "--raw", "-z", "--no-renames", trusted.commit];
  const differs = await objectGit(withIndex(context, file), args);
  return differs.ok ? addedPaths(splitNul(differs.value.stdout)) : [];
}

function bytesOf(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}

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
