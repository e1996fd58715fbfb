import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { AttemptId, CommitId, Failure, Result } from "@breakwater/core";
import { withoutWorkTree } from "../git/git-context.ts";
import { git } from "../git/run-git.ts";
import { treeOf } from "../integration/engine-git.ts";
import { sessionRefs } from "../integration/ref-name.ts";
import { forceRef } from "../integration/refs.ts";
import { isStillAsRecorded, recordWorkspace } from "../integration/snapshot.ts";
import type { ResultSnapshot, SnapshotRequest } from "../integration/snapshot.ts";
import { pristineIndex } from "./site.ts";
import type { WorkspaceSite } from "./site.ts";
import { workspaceContext } from "./workspace-context.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";

/** A workspace whose files somebody may still need, and what is known about how it began. */
export type WorkedFolder = WorkspaceFolder & {
  readonly attempt: AttemptId;
  readonly base: CommitId;
  readonly dependencies: readonly string[];
};

/** Refuses with BW717 unless every file of the workspace is in `result`, and `result` below a ref of ours. */
export async function requireKept(
  site: WorkspaceSite,
  worked: WorkedFolder,
  result: CommitId,
): Promise<Result<void>> {
  const kept = await isUnderOwnRef(site, worked.attempt, result);
  if (!kept.ok) return kept;
  if (!kept.value)
    return fail(notKept(worked.path, `commit ${result.slice(0, 12)} is under no ref of Breakwater`));
  const found = await compare(site, worked, result);
  if (!found.ok) return found;
  if (!found.value.same) return fail(notKept(worked.path, "its files are not those of the recorded result"));
  const left = found.value.leftOut[0];
  return left === undefined
    ? ok(undefined)
    : fail(notKept(worked.path, `${left} cannot be stored in a commit`));
}

/** The index that was kept with the result makes this one look of git; without it the files are recorded anew. */
async function compare(
  site: WorkspaceSite,
  worked: WorkedFolder,
  result: CommitId,
): Promise<Result<{ readonly same: boolean; readonly leftOut: readonly string[] }>> {
  const known = await isStillAsRecorded(requestFor(site, worked), result);
  if (!known.ok) return known;
  if (known.value !== undefined) return ok(known.value);
  const now = await record(site, worked);
  if (!now.ok) return now;
  const tree = await treeOf(site.repository.context, result);
  return tree.ok ? ok({ same: now.value.tree === tree.value, leftOut: now.value.leftOut }) : tree;
}

/**
 * Puts the present files of a workspace under the snapshot ref `name`, unless they equal the tree of
 * `known`. Gives the paths that no commit can hold: with any of them the folder must stay.
 */
export async function keepContent(
  site: WorkspaceSite,
  worked: WorkedFolder,
  keep: { readonly name: string; readonly known: CommitId },
): Promise<Result<readonly string[]>> {
  const now = await record(site, worked);
  if (!now.ok) return now;
  const tree = await treeOf(site.repository.context, keep.known);
  if (!tree.ok) return tree;
  if (now.value.tree === tree.value) return ok(now.value.leftOut);
  const ref = sessionRefs(site.options.session).snapshot(`${keep.name}-${now.value.tree.slice(0, 12)}`);
  const set = await forceRef(site.repository.context, ref, now.value.commit);
  return set.ok ? ok(now.value.leftOut) : set;
}

function record(site: WorkspaceSite, worked: WorkedFolder): Promise<Result<ResultSnapshot>> {
  return recordWorkspace(requestFor(site, worked), `${worked.attempt}: content of its workspace`);
}

function requestFor(
  site: WorkspaceSite,
  worked: WorkedFolder,
): SnapshotRequest & { readonly pristine: string } {
  const { path, gitDir, base, attempt, dependencies } = worked;
  return {
    context: workspaceContext(site.repository, worked),
    workspace: { path, gitDir },
    base,
    attempt,
    session: site.options.session,
    leaveOut: dependencies,
    pristine: pristineIndex(site, worked),
  };
}

/** The attempt's own ref nearly always is the one, and its file says so without a process. */
async function isUnderOwnRef(
  site: WorkspaceSite,
  attempt: AttemptId,
  commit: CommitId,
): Promise<Result<boolean>> {
  const ref = sessionRefs(site.options.session).result(attempt);
  const file = join(site.repository.commonDir, ref);
  if ((await readFile(file, "utf8").catch(() => "")).trim() === commit) return ok(true);
  const context = withoutWorkTree(site.repository.context);
  for (const test of ["--points-at", "--contains"]) {
    const args = ["for-each-ref", "--count=1", "--format=%(refname)", test, commit, "refs/breakwater/"];
    const found = await git(context, args, { okCodes: [0, 1, 128, 129] });
    if (!found.ok) return found;
    if (found.value.code === 0 && found.value.stdout.length > 0) return ok(true);
  }
  return ok(false);
}

function notKept(path: string, reason: string): Failure {
  return {
    code: "BW717",
    message: `The workspace ${path} is not removed: ${reason}`,
    why: "No folder with content that is nowhere else is ever deleted.",
    fix: `Look at it with git -C ${path} status; breakwater gc offers to keep its content under a ref and remove it.`,
  };
}
