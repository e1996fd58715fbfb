import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import {
  checkOut,
  cleanOut,
  clearOthers,
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
import { isThere, moveWorktree, namesIn, registerWorktree, unregisterWorktree } from "./worktree-registry.ts";

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
  await site.settling.stop(pristineIndex(site, folder));
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
  await site.settling.stop(pristineIndex(site, folder));
  await site.trash.discard(folder.path);
  await forgetRecorded(site, folder);
  await rm(pristineIndex(site, folder), { force: true });
  return unregisterWorktree(site.repository, folder.path);
}

/** The indexes of recorded results lie beside the pristine one; they are of use until the folder is given back. */
async function forgetRecorded(site: WorkspaceSite, folder: WorkspaceFolder): Promise<void> {
  const own = `${basename(folder.gitDir)}.`;
  for (const name of await namesIn(site.layout.indexes))
    if (name.startsWith(own) && /^[0-9a-f]{40,64}(?:\.draft)?$/.test(name.slice(own.length)))
      await rm(join(site.layout.indexes, name), { force: true });
}

/**
 * Brings a used folder to `commit` and proves that nothing of its former life is left, the index that git
 * trusts included. Undefined where that fails: then the folder goes to the trash. `keep` names folders
 * whose content stays.
 */
export async function restoreFolder(
  site: WorkspaceSite,
  folder: WorkspaceFolder,
  target: { readonly commit: CommitId; readonly keep?: readonly string[] },
): Promise<WorkspaceFolder | undefined> {
  const { commit, keep } = target;
  const restored = await site.fills(async (): Promise<Result<boolean>> => {
    await restoreGitFile(folder);
    await rm(join(folder.gitDir, "index.lock"), { force: true });
    await copyIndexFile(pristineIndex(site, folder), join(folder.gitDir, "index"));
    if (keep === undefined) return emptyAndFill(site, folder, commit);
    return fillAround(workspaceContext(site.repository, folder), commit, keep);
  });
  if (restored.ok && restored.value) {
    await forgetRecorded(site, folder);
    await keepPristine(site, folder);
    return folder;
  }
  await removeFolder(site, folder);
  return undefined;
}

/**
 * Nothing but the files of the commit stays. What is not tracked goes first, so that no link leads git out
 * of the folder; then git looks at every file and writes those anew that are not as the agent got them.
 */
async function emptyAndFill(
  site: WorkspaceSite,
  folder: WorkspaceFolder,
  commit: CommitId,
): Promise<Result<boolean>> {
  const context = workspaceContext(site.repository, folder);
  const cleared = await clearOthers(context).catch(() => undefined);
  if (cleared === undefined) return ok(false);
  if (!cleared.ok) return cleared;
  const out = await checkOut(context, commit, WORKERS);
  if (!out.ok) return out;
  const [hidden, proof] = await Promise.all([
    holdsHiddenThings(context.cwd),
    proveFilled(site, { context, commit, was: "used" }),
  ]);
  return proof.ok ? ok(!hidden) : proof;
}

/** Folders of the names in `keep` stay as they are, and so does what git never looks at. */
async function fillAround(
  context: GitContext,
  commit: CommitId,
  keep: readonly string[],
): Promise<Result<boolean>> {
  const out = await checkOut(context, commit, WORKERS);
  if (!out.ok) return out;
  const clean = await cleanOut(context, keep);
  if (!clean.ok) return clean;
  const verified = await verifyFiles(context, commit);
  return verified.ok ? ok(true) : verified;
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
  await keepPristine(site, folder);
  site.settling.later({
    context: workspaceContext(site.repository, folder),
    pristine: pristineIndex(site, folder),
  });
  return ok(folder);
}

/** Puts the index of a folder that nobody has worked in out of everybody's reach. */
async function keepPristine(site: WorkspaceSite, folder: WorkspaceFolder): Promise<void> {
  const pristine = pristineIndex(site, folder);
  await site.settling.stop(pristine);
  await copyIndexFile(join(folder.gitDir, "index"), pristine);
}

async function fill(site: WorkspaceSite, folder: WorkspaceFolder, commit: CommitId): Promise<Result<void>> {
  const context = workspaceContext(site.repository, folder);
  const out = await checkOut(context, commit, WORKERS);
  return out.ok ? proveFilled(site, { context, commit, was: "fresh" }) : out;
}

type Filled = { readonly context: GitContext; readonly commit: CommitId; readonly was: "fresh" | "used" };

/**
 * git gives the same files for the same commit, so only the first folder of a commit is compared file by
 * file; the others wait for that answer and compare HEAD and index. Of a used folder git writes only what
 * differs, so its first one answers for used ones alone.
 */
async function proveFilled(site: WorkspaceSite, { context, commit, was }: Filled): Promise<Result<void>> {
  const key = `${was} ${commit}`;
  const known = site.proven.get(key);
  if (known !== undefined) {
    const proof = await known;
    return proof.ok ? verifyIndex(context, commit) : proof;
  }
  const proof = verifyFiles(context, commit);
  site.proven.set(key, proof);
  const verified = await proof;
  if (!verified.ok) site.proven.delete(key);
  return verified;
}
