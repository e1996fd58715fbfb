import { fail, ok } from "@breakwater/core";
import type { AttemptId, CommitId, Result } from "@breakwater/core";
import { discardAttempt, findAttempt, prepareAttempt } from "./attempt-workspace.ts";
import type { PreparedWorkspace, WorkspaceOrder } from "./attempt-workspace.ts";
import { removeFolder } from "./checkout-folder.ts";
import { diskFailure, errorCode } from "./disk-failure.ts";
import { openGateWorkspaces } from "./gate-workspace.ts";
import type { GateWorkspace } from "./gate-workspace.ts";
import { openSite } from "./site.ts";
import type { WorkspaceOptions, WorkspaceSite } from "./site.ts";
import { sweepSite } from "./sweep.ts";
import type { Sweep } from "./sweep.ts";

export type { PreparedWorkspace, WorkspaceOrder } from "./attempt-workspace.ts";
export type { GateWorkspace } from "./gate-workspace.ts";
export type { Lane } from "./lane.ts";
export type { WorkspaceOptions } from "./site.ts";
export type { Sweep } from "./sweep.ts";

/**
 * The workspaces of one session. Every call may run beside every other, but for the same attempt. Failures
 * are BW712 to BW722; an order that failed leaves nothing behind and may be given again.
 */
export type Workspaces = {
  /** Makes a verified workspace; given again after a crash, it returns the same one if nobody worked in it. */
  readonly prepare: (order: WorkspaceOrder) => Promise<Result<PreparedWorkspace>>;
  /** The complete workspace of an attempt with its lane, or undefined where there is none. */
  readonly find: (attempt: AttemptId) => Promise<PreparedWorkspace | undefined>;
  /** Takes a workspace back once its files are in `result`, which is below a ref of ours; else BW717. */
  readonly discard: (attempt: AttemptId, result: CommitId) => Promise<Result<void>>;
  /** A clean tree of a commit for a check; its owner must call `release`. */
  readonly prepareGateWorkspace: (commit: CommitId) => Promise<Result<GateWorkspace>>;
  /** Removes spare and gate folders and waits for the disk. Workspaces of attempts stay. */
  readonly close: () => Promise<Result<void>>;
  /** Resolves when no fresh workspace is looked at in the background any more. */
  readonly settled: () => Promise<void>;
};

/** Opens the workspaces of a session. Nothing is made before it is ordered. */
export function openWorkspaces(options: WorkspaceOptions): Workspaces {
  const site = openSite(options);
  const gates = openGateWorkspaces(site);
  return {
    prepare: (order) => guarded("Preparing a workspace", () => prepareAttempt(site, order)),
    find: (attempt) => findAttempt(site, attempt),
    discard: (attempt, result) =>
      guarded("Discarding a workspace", () => discardAttempt(site, attempt, result)),
    prepareGateWorkspace: (commit) => guarded("Preparing a gate workspace", () => gates.prepare(commit)),
    settled: () => site.settling.settled(),
    close: () =>
      guarded("Closing workspaces", async () => {
        await site.settling.close();
        const closed = await gates.close();
        return closed.ok ? removeSpares(site) : closed;
      }),
  };
}

/**
 * Removes what a session left on the disk: worktrees, spares, lanes. Content that is in no commit goes
 * under a snapshot ref first; a folder whose content no commit can hold stays and is named. No attempt of
 * the session may be running.
 */
export function sweepWorkspaces(options: WorkspaceOptions): Promise<Result<Sweep>> {
  return guarded("Sweeping workspaces", () => sweepSite(openSite(options)));
}

async function removeSpares(site: WorkspaceSite): Promise<Result<void>> {
  for (const spare of site.spares.splice(0)) {
    const removed = await removeFolder(site, spare);
    if (!removed.ok) return removed;
  }
  await site.trash.emptied();
  return ok(undefined);
}

/** A disk that refuses is an expected failure; any other throw is our bug and passes. */
async function guarded<Value>(doing: string, work: () => Promise<Result<Value>>): Promise<Result<Value>> {
  try {
    return await work();
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause;
    return fail(diskFailure(cause, doing));
  }
}
