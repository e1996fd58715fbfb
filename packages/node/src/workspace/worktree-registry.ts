import { lstat, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import { withoutWorkTree } from "../git/git-context.ts";
import { git } from "../git/run-git.ts";
import type { Repository } from "../repository/repository.ts";
import { diskFailure, errorCode } from "./disk-failure.ts";
import { withRepositoryLock } from "./repository-lock.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";

type Owner = Pick<Repository, "context" | "commonDir" | "stateHome">;

/**
 * Registers an empty detached worktree at `path`, one at a time per repository. The folder must not exist.
 * No file is checked out yet, and no branch is made.
 */
export function registerWorktree(
  owner: Owner,
  path: string,
  commit: CommitId,
): Promise<Result<WorkspaceFolder>> {
  return locked(owner, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const args = ["worktree", "add", "--quiet", "--no-checkout", "--detach", path, commit];
    const added = await git(withoutWorkTree(owner.context), args);
    if (!added.ok) return added;
    const gitDir = await findGitDir(owner.commonDir, path);
    if (gitDir !== undefined) return ok({ path, gitDir });
    throw new Error(`Registering ${path}: git made a worktree and lists none`);
  });
}

/** Takes a worktree of ours out of git's list; its folder must be gone already. Unknown paths are fine. */
export function unregisterWorktree(owner: Owner, path: string): Promise<Result<void>> {
  return locked(owner, async () => {
    const gitDir = await findGitDir(owner.commonDir, path);
    if (gitDir !== undefined) await rm(gitDir, { recursive: true, force: true });
    return ok(undefined);
  });
}

/**
 * Moves a worktree of ours to another folder on the same disk, as `git worktree move` would, but also
 * where the repository has submodules and whatever became of the `.git` file inside.
 */
export function moveWorktree(
  owner: Owner,
  folder: WorkspaceFolder,
  path: string,
): Promise<Result<WorkspaceFolder>> {
  return locked(owner, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(folder.path, path);
    await rm(join(path, ".git"), { recursive: true, force: true });
    await writeFile(join(path, ".git"), `gitdir: ${folder.gitDir}\n`, { flag: "wx" });
    await writeFile(join(folder.gitDir, "gitdir"), `${join(path, ".git")}\n`);
    return ok({ path, gitDir: folder.gitDir });
  });
}

/**
 * The git folder of the worktree at `path` by git's own list. The `.git` file in the worktree is not
 * asked: agents can write to it.
 */
export async function findGitDir(commonDir: string, path: string): Promise<string | undefined> {
  const list = join(commonDir, "worktrees");
  for (const name of await namesIn(list)) {
    const place = await readFile(join(list, name, "gitdir"), "utf8").catch(() => "");
    if (place.replace(/\n$/, "") === join(path, ".git")) return join(list, name);
  }
  return undefined;
}

/** The names in a folder; none when it is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return [];
    throw cause;
  }
}

/** Whether anything at all is at a path. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR") return false;
    throw cause;
  }
}

function locked<Value>(owner: Owner, work: () => Promise<Result<Value>>): Promise<Result<Value>> {
  return withRepositoryLock(join(owner.stateHome, "worktree.lock"), async () => {
    try {
      return await work();
    } catch (cause) {
      return fail(diskFailure(cause, "Registering a worktree"));
    }
  });
}
