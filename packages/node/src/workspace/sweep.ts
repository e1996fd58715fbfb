import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { commitId, ok } from "@breakwater/core";
import type { AttemptId, Result } from "@breakwater/core";
import { findResult } from "../integration/snapshot.ts";
import { removeFolder } from "./checkout-folder.ts";
import { keepTree } from "./integration-tree.ts";
import { keepContent } from "./kept-content.ts";
import { freeLane } from "./lane.ts";
import { markedAttempts, readMark, removeMark } from "./ready-mark.ts";
import type { WorkspaceSite } from "./site.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";
import { isThere, namesIn } from "./worktree-registry.ts";

/** What a sweep took away, and what it left with the reason. */
export type Sweep = {
  readonly removed: readonly string[];
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
};

/** Takes all folders of a session away; content that is in no commit yet goes under a snapshot ref first. */
export async function sweepSite(site: WorkspaceSite): Promise<Result<Sweep>> {
  const removed: string[] = [];
  const kept: { path: string; reason: string }[] = [];
  for (const folder of await ownFolders(site)) {
    const reason = await clear(site, folder);
    if (reason === undefined) removed.push(folder.path);
    else kept.push({ path: folder.path, reason });
  }
  for (const attempt of await markedAttempts(site.layout.marks)) await dropStaleMark(site, attempt);
  await site.trash.emptied();
  return ok({ removed, kept });
}

/** Every worktree of git's list that lies in the session's folder. */
async function ownFolders(site: WorkspaceSite): Promise<readonly WorkspaceFolder[]> {
  const list = join(site.repository.commonDir, "worktrees");
  const folders: WorkspaceFolder[] = [];
  for (const name of await namesIn(list)) {
    const file = await readFile(join(list, name, "gitdir"), "utf8").catch(() => "");
    const path = file.replace(/\/\.git\n?$/, "");
    if (path.startsWith(`${site.layout.home}/`)) folders.push({ path, gitDir: join(list, name) });
  }
  return folders;
}

/** The reason why a folder stays, or undefined when it is gone. */
async function clear(site: WorkspaceSite, folder: WorkspaceFolder): Promise<string | undefined> {
  const saved = await save(site, folder);
  if (saved !== undefined) return saved;
  await freeLane(site.layout.lanes, folder.path);
  const gone = await removeFolder(site, folder);
  return gone.ok ? undefined : gone.failure.message;
}

async function save(site: WorkspaceSite, folder: WorkspaceFolder): Promise<string | undefined> {
  if (!(await isThere(folder.path))) return undefined;
  if (folder.path === site.layout.integration) {
    const head = commitId((await readFile(join(folder.gitDir, "HEAD"), "utf8")).trim());
    const kept = await keepTree(site, folder, head);
    return kept.ok ? undefined : kept.failure.message;
  }
  const name = basename(folder.path);
  const attempt = (await markedAttempts(site.layout.marks)).find((each) => each === name);
  return attempt === undefined ? undefined : saveAttempt(site, folder, attempt);
}

async function saveAttempt(
  site: WorkspaceSite,
  folder: WorkspaceFolder,
  attempt: AttemptId,
): Promise<string | undefined> {
  const mark = await readMark(site.layout.marks, attempt);
  if (mark === undefined) return undefined;
  if (mark === "unreadable") return "its mark cannot be read, so its base is unknown";
  const { context } = site.repository;
  const result = await findResult({ context, session: site.options.session, attempt });
  if (!result.ok) return result.failure.message;
  const known = result.value?.commit ?? mark.base;
  const left = await keepContent(site, { ...mark, ...folder }, { name: attempt, known });
  if (!left.ok) return left.failure.message;
  return left.value.length === 0 ? undefined : `${left.value[0]} cannot be stored in a commit`;
}

async function dropStaleMark(site: WorkspaceSite, attempt: AttemptId): Promise<void> {
  const mark = await readMark(site.layout.marks, attempt);
  if (mark === undefined || mark === "unreadable" || (await isThere(mark.path))) return;
  await freeLane(site.layout.lanes, site.layout.attempt(attempt));
  await removeMark(site.layout.marks, attempt);
}
