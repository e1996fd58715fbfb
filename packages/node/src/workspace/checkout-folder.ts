import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import {
  checkOut,
  cleanOut,
  copyIndexFile,
  holdsHiddenThings,
  restoreGitFile,
  verifyFiles,
  verifyIndex,
} from "./fill.ts";
import { pristineIndex } from "./site.ts";
import type { WorkspaceSite } from "./site.ts";
import { workspaceContext } from "./workspace-context.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";
import { isThere, moveWorktree, registerWorktree, unregisterWorktree } from "./worktree-registry.ts";

/** One git process per checkout; several checkouts run at once instead, which costs less in total. */
const WORKERS = 1;

/**
 * Makes a folder at `path` that holds exactly the files of `commit`: a used one brought back to order if
 * there is one, else a new one. `path` must be free. On failure nothing is left behind.
 */
export async function makeFolder(
  site: WorkspaceSite,
  path: string,
  commit: CommitId,
): Promise<Result<WorkspaceFolder>> {
  const spare = site.spares.pop();
  const reused = spare === undefined ? undefined : await reuse(site, spare, { path, commit });
  return reused === undefined ? makeAnew(site, path, commit) : ok(reused);
}

/** Puts a folder that nobody needs aside for another use, or off the disk when there are enough. */
export async function retireFolder(site: WorkspaceSite, folder: WorkspaceFolder): Promise<Result<void>> {
  const isUsable =
    site.spares.length < (site.options.spares ?? 8) && (await isThere(pristineIndex(site, folder)));
  if (!isUsable) return removeFolder(site, folder);
  const moved = await moveWorktree(site.repository, folder, site.layout.spare(basename(folder.gitDir)));
  if (!moved.ok) return removeFolder(site, folder);
  site.spares.push(moved.value);
  return ok(undefined);
}

/** Takes a folder off the disk and out of git's list of worktrees. */
export async function removeFolder(site: WorkspaceSite, folder: WorkspaceFolder): Promise<Result<void>> {
  await site.trash.discard(folder.path);
  await rm(pristineIndex(site, folder), { force: true });
  return unregisterWorktree(site.repository, folder.path);
}

/**
 * Brings a used folder to `commit` and proves file by file that nothing of its former life is left, the
 * index that git trusts included. Undefined where that fails: then the folder goes to the trash.
 * `keep` names folders whose content stays.
 */
export async function restoreFolder(
  site: WorkspaceSite,
  folder: WorkspaceFolder,
  target: { readonly commit: CommitId; readonly keep?: readonly string[] },
): Promise<WorkspaceFolder | undefined> {
  const context = workspaceContext(site.repository, folder);
  const restored = await site.fills(async (): Promise<Result<boolean>> => {
    await restoreGitFile(folder);
    await rm(join(folder.gitDir, "index.lock"), { force: true });
    await copyIndexFile(pristineIndex(site, folder), join(folder.gitDir, "index"));
    const out = await checkOut(context, target.commit, WORKERS);
    if (!out.ok) return out;
    const clean = await cleanOut(context, target.keep ?? []);
    if (!clean.ok) return clean;
    const [hidden, verified] = await Promise.all([
      target.keep === undefined ? holdsHiddenThings(folder.path) : false,
      verifyFiles(context, target.commit),
    ]);
    return verified.ok ? ok(!hidden) : verified;
  });
  if (restored.ok && restored.value) {
    await copyIndexFile(join(folder.gitDir, "index"), pristineIndex(site, folder));
    return folder;
  }
  await removeFolder(site, folder);
  return undefined;
}

async function reuse(
  site: WorkspaceSite,
  spare: WorkspaceFolder,
  target: { readonly path: string; readonly commit: CommitId },
): Promise<WorkspaceFolder | undefined> {
  const moved = await moveWorktree(site.repository, spare, target.path);
  if (moved.ok) return restoreFolder(site, moved.value, { commit: target.commit });
  await removeFolder(site, spare);
  return undefined;
}

async function makeAnew(
  site: WorkspaceSite,
  path: string,
  commit: CommitId,
): Promise<Result<WorkspaceFolder>> {
  const registered = await registerWorktree(site.repository, path, commit);
  if (!registered.ok) return registered;
  const folder = registered.value;
  const filled = await site.fills(() => fill(site, folder, commit));
  if (!filled.ok) {
    await removeFolder(site, folder);
    return filled;
  }
  await copyIndexFile(join(folder.gitDir, "index"), pristineIndex(site, folder));
  return ok(folder);
}

/**
 * Checks out and verifies. git gives the same files for the same commit, so only the first checkout of a
 * commit is compared file by file; the others wait for that answer and compare HEAD and index.
 */
async function fill(site: WorkspaceSite, folder: WorkspaceFolder, commit: CommitId): Promise<Result<void>> {
  const context = workspaceContext(site.repository, folder);
  const out = await checkOut(context, commit, WORKERS);
  if (!out.ok) return out;
  const known = site.proven.get(commit);
  if (known !== undefined) {
    const proof = await known;
    return proof.ok ? verifyIndex(context, commit) : proof;
  }
  const proof = verifyFiles(context, commit);
  site.proven.set(commit, proof);
  const verified = await proof;
  if (!verified.ok) site.proven.delete(commit);
  return verified;
}
