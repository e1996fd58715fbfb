import { copyFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result, TreeId } from "@breakwater/core";
import { treeId } from "@breakwater/core";
import { withIndex } from "../git/git-context.ts";
import type { GitContext } from "../git/git-context.ts";
import { firstLine, objectGit } from "./engine-git.ts";

/**
 * The context with a copy of its index, so that git knows which files did not change and yet nothing is
 * written to the index of anybody. A workspace without an index gets an empty one. `from` is the index to
 * copy, where that is another one.
 */
export async function copyIndex(
  context: GitContext,
  folder: string,
  from: string = context.indexFile ?? join(context.gitDir, "index"),
): Promise<GitContext> {
  const copy = join(folder, "index");
  try {
    await copyWithAge(from, copy);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return withIndex(context, copy);
}

/** git looks again into files as young as the index; a younger copy would hide edits of that second. */
export async function copyWithAge(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const writtenAt = Math.floor((await stat(from)).mtimeMs / 1000);
  await utimes(to, writtenAt, writtenAt);
}

/** The context with a fresh index that holds the tree of `commit` and knows no files. */
export async function indexOf(
  context: GitContext,
  folder: string,
  commit: CommitId,
): Promise<Result<GitContext>> {
  const fresh = withIndex(context, join(folder, "index"));
  const read = await objectGit(fresh, ["read-tree", commit]);
  return read.ok ? ok(fresh) : read;
}

/** Writes what the index of `context` holds as a tree. */
export async function writeTree(context: GitContext): Promise<Result<TreeId>> {
  const written = await objectGit(context, ["write-tree"]);
  return written.ok ? ok(treeId(firstLine(written.value))) : written;
}

/** True for the error of a path that is not there, also where a parent of it is no folder. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
