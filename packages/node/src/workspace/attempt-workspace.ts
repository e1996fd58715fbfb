import { fail, ok } from "@breakwater/core";
import type { AttemptId, CommitId, Failure, Isolation, Result } from "@breakwater/core";
import { carryOver } from "./carry.ts";
import { makeFolder, removeFolder, retireFolder } from "./checkout-folder.ts";
import { copyIgnoredFiles } from "./copied-file.ts";
import { verifyFiles } from "./fill.ts";
import { requireKept } from "./kept-content.ts";
import { findLane, freeLane, takeLane } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { readMark, removeMark, writeMark } from "./ready-mark.ts";
import type { ReadyMark } from "./ready-mark.ts";
import { runSetup } from "./setup.ts";
import { joinIntegrationTree } from "./integration-tree.ts";
import { pristineIndex } from "./site.ts";
import type { WorkspaceSite } from "./site.ts";
import { workspaceContext } from "./workspace-context.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";
import { findGitDir, isThere } from "./worktree-registry.ts";

/** The order for a workspace: whose it is, what it starts from, and a kept result to put on top. */
export type WorkspaceOrder = {
  readonly attempt: AttemptId;
  readonly base: CommitId;
  readonly isolation: Isolation;
  readonly carry?: CommitId;
};

/**
 * A workspace that an attempt can start in. `withheld` are secrets that a glob matched and nobody named;
 * `pristine` is the index of the base, out of the agent's reach.
 */
export type PreparedWorkspace = ReadyMark & { readonly lane: Lane; readonly pristine: string };

/** Makes the workspace of an attempt, or gives the one that is there when nobody has worked in it yet. */
export async function prepareAttempt(
  site: WorkspaceSite,
  order: WorkspaceOrder,
): Promise<Result<PreparedWorkspace>> {
  const mark = await readMark(site.layout.marks, order.attempt);
  if (mark === "unreadable") return fail(occupied(site.layout.attempt(order.attempt)));
  if (mark !== undefined) return resumePrepared(site, mark, order);
  if (order.isolation === "none") {
    const shared = await prepareShared(site, order);
    if (!shared.ok) return shared;
    if (shared.value !== "at another commit") return ok(shared.value);
  }
  return prepareOwn(site, { ...order, isolation: "worktree" });
}

/** A folder for one attempt alone. */
async function prepareOwn(site: WorkspaceSite, order: WorkspaceOrder): Promise<Result<PreparedWorkspace>> {
  const path = site.layout.attempt(order.attempt);
  const cleared = await clearUnmarked(site, path);
  if (!cleared.ok) return cleared;
  const folder = await makeFolder(site, path, order.base);
  if (!folder.ok) return folder;
  const prepared = await furnish(site, folder.value, order);
  if (prepared.ok) return prepared;
  await removeFolder(site, folder.value);
  await freeLane(site.layout.lanes, path);
  return prepared;
}

/**
 * Gives the workspace of an attempt back. Its own folder goes only when every file of it is in `result`,
 * which is below a ref; the shared tree stays. A second call changes nothing.
 */
export async function discardAttempt(
  site: WorkspaceSite,
  attempt: AttemptId,
  result: CommitId,
): Promise<Result<void>> {
  const path = site.layout.attempt(attempt);
  const mark = await readMark(site.layout.marks, attempt);
  if (mark === undefined) return clearUnmarked(site, path);
  if (mark === "unreadable") return fail(occupied(path));
  if (mark.isolation === "worktree" && (await isThere(mark.path))) {
    const kept = await requireKept(site, mark, result);
    if (!kept.ok) return kept;
  }
  // From here on the folder counts as one that nobody worked in, so a crash cannot make it stay for ever.
  await removeMark(site.layout.marks, attempt);
  await freeLane(site.layout.lanes, laneKey(site, mark.attempt));
  return mark.isolation === "worktree" ? retireFolder(site, mark) : ok(undefined);
}

/** The complete workspace of an attempt, whether or not somebody works in it. */
export async function findAttempt(
  site: WorkspaceSite,
  attempt: AttemptId,
): Promise<PreparedWorkspace | undefined> {
  const mark = await readMark(site.layout.marks, attempt);
  if (mark === undefined || mark === "unreadable" || !(await isThere(mark.path))) return undefined;
  const key = laneKey(site, attempt);
  const lane =
    (await findLane(site.layout.lanes, key)) ?? (await takeLane(site.layout.lanes, key, mark.path));
  return { ...mark, lane, pristine: pristineIndex(site, mark) };
}

/**
 * A place in the tree that attempts share. While others are in it at another commit, their results could not
 * be told apart from this one's, so the caller makes a folder of its own instead.
 */
async function prepareShared(
  site: WorkspaceSite,
  order: WorkspaceOrder,
): Promise<Result<PreparedWorkspace | "at another commit">> {
  return site.shared(async () => {
    const joined = await joinIntegrationTree(site, order.base);
    if (!joined.ok) return joined;
    if (joined.value === "at another commit") return ok(joined.value);
    const { folder, isAlone } = joined.value;
    const { carry, ...plain } = order;
    return furnish(site, folder, isAlone && carry !== undefined ? order : plain);
  });
}

async function furnish(
  site: WorkspaceSite,
  folder: WorkspaceFolder,
  order: WorkspaceOrder,
): Promise<Result<PreparedWorkspace>> {
  const context = workspaceContext(site.repository, folder);
  const carried =
    order.carry === undefined
      ? ok({ carried: false, conflicts: [] })
      : await carryOver(context, order.base, order.carry);
  if (!carried.ok) return carried;
  const dependencies = await site.dependencies.provide(folder.path, order.base);
  if (!dependencies.ok) return dependencies;
  const copied = await copyIgnoredFiles(site.repository, folder.path, site.options.copy ?? []);
  if (!copied.ok) return copied;
  const lane = await takeLane(site.layout.lanes, laneKey(site, order.attempt), folder.path);
  if (site.options.setup !== undefined && dependencies.value.length === 0) {
    const set = await runSetup(context, site.options.setup, lane);
    if (!set.ok) return set;
  }
  const mark: ReadyMark = {
    attempt: order.attempt,
    base: order.base,
    isolation: order.isolation,
    path: folder.path,
    gitDir: folder.gitDir,
    ...carried.value,
    dependencies: dependencies.value,
    withheld: copied.value.withheld,
  };
  await writeMark(site.layout.marks, mark);
  return ok({ ...mark, lane, pristine: pristineIndex(site, mark) });
}

/** After a crash the order comes again: an untouched workspace is given out, a touched one never. */
async function resumePrepared(
  site: WorkspaceSite,
  mark: ReadyMark,
  order: WorkspaceOrder,
): Promise<Result<PreparedWorkspace>> {
  const kept = mark.isolation === order.isolation || order.isolation === "none";
  const sameOrder = mark.base === order.base && kept;
  if (!sameOrder) return fail(occupied(mark.path));
  if (mark.isolation === "worktree" && !mark.carried) {
    const clean = await verifyFiles(workspaceContext(site.repository, mark), mark.base);
    if (!clean.ok) return fail(occupied(mark.path));
  }
  const key = laneKey(site, mark.attempt);
  const lane =
    (await findLane(site.layout.lanes, key)) ?? (await takeLane(site.layout.lanes, key, mark.path));
  return ok({ ...mark, lane, pristine: pristineIndex(site, mark) });
}

/** A folder without mark is half made: no agent was ever told of it. */
async function clearUnmarked(site: WorkspaceSite, path: string): Promise<Result<void>> {
  const gitDir = await findGitDir(site.repository.commonDir, path);
  if (gitDir === undefined) {
    await site.trash.discard(path);
    return ok(undefined);
  }
  return removeFolder(site, { path, gitDir });
}

function laneKey(site: WorkspaceSite, attempt: AttemptId): string {
  return site.layout.attempt(attempt);
}

function occupied(path: string): Failure {
  return {
    code: "BW716",
    message: `The workspace ${path} holds work already`,
    why: "It was prepared before, and files in it differ from its base; they may be an agent's.",
    fix: "Record or discard that attempt, then start another one.",
  };
}
