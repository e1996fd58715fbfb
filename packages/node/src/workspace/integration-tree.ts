import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { attemptId, commitId, fail, ok, taskId } from "@breakwater/core";
import type { CommitId, Failure, Result } from "@breakwater/core";
import { makeFolder, restoreFolder } from "./checkout-folder.ts";
import { keepContent } from "./kept-content.ts";
import { markedAttempts, readMark } from "./ready-mark.ts";
import type { WorkspaceSite } from "./site.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";
import { findGitDir, isThere } from "./worktree-registry.ts";

/** The one tree that attempts without a worktree of their own share, and whether nobody else is in it. */
export type JoinedTree = { readonly folder: WorkspaceFolder; readonly isAlone: boolean };

/**
 * Gives the integration tree at `base`. When nobody works in it, what it holds is kept under a snapshot
 * ref and it is brought to `base`; while others work in it, it must be at `base` already.
 * Never the checkout of the user. The caller takes turns.
 */
export async function joinIntegrationTree(
  site: WorkspaceSite,
  base: CommitId,
): Promise<Result<JoinedTree | "at another commit">> {
  const isAlone = !(await isInUse(site));
  const present = await findTree(site);
  if (present === undefined) return made(await makeFolder(site, site.layout.integration, base));
  const head = commitId((await readFile(join(present.gitDir, "HEAD"), "utf8")).trim());
  if (!isAlone) return ok(head === base ? { folder: present, isAlone } : "at another commit");
  const kept = await keepTree(site, present, head);
  if (!kept.ok) return kept;
  const restored = await restoreFolder(site, present, { commit: base });
  if (restored !== undefined) return ok({ folder: restored, isAlone });
  return made(await makeFolder(site, site.layout.integration, base));
}

/** Keeps what the integration tree holds beyond its HEAD under a snapshot ref of the session. */
export async function keepTree(
  site: WorkspaceSite,
  folder: WorkspaceFolder,
  head: CommitId,
): Promise<Result<void>> {
  const provided = await site.dependencies.provide(folder.path, head);
  if (!provided.ok) return provided;
  const worked = {
    ...folder,
    base: head,
    attempt: attemptId(taskId("integration"), 0),
    dependencies: provided.value,
  };
  const left = await keepContent(site, worked, { name: "integration", known: head });
  if (!left.ok) return left;
  const first = left.value[0];
  return first === undefined ? ok(undefined) : fail(cannotBeKept(folder.path, first));
}

async function findTree(site: WorkspaceSite): Promise<WorkspaceFolder | undefined> {
  const path = site.layout.integration;
  const gitDir = await findGitDir(site.repository.commonDir, path);
  return gitDir !== undefined && (await isThere(path)) ? { path, gitDir } : undefined;
}

async function isInUse(site: WorkspaceSite): Promise<boolean> {
  for (const attempt of await markedAttempts(site.layout.marks)) {
    const mark = await readMark(site.layout.marks, attempt);
    if (mark === "unreadable" || mark?.isolation === "none") return true;
  }
  return false;
}

function made(folder: Result<WorkspaceFolder>): Result<JoinedTree> {
  return folder.ok ? ok({ folder: folder.value, isAlone: true }) : folder;
}

function cannotBeKept(path: string, name: string): Failure {
  return {
    code: "BW717",
    message: `The integration tree ${path} is not reset: ${name} cannot be stored in a commit`,
    why: "No folder with content that is nowhere else is ever deleted.",
    fix: `Move ${name} out of ${path} or delete it, then run the same command again.`,
  };
}
