import { access } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import {
  branchElsewhere,
  branchMoved,
  checkoutBehind,
  checkoutBusy,
  checkoutDirty,
} from "./branch-failure.ts";
import { pathsInTheWay, settleTouched } from "./checkout-state.ts";
import type { Checkout } from "./checkout-state.ts";
import { fileGit, objectGit } from "./engine-git.ts";
import { isMissing } from "./private-index.ts";
import { readablePath } from "./raw-path.ts";
import { compareAndSwap, readRef } from "./refs.ts";
import { rawChanges } from "./tree-change.ts";
import type { FileChange } from "./tree-change.ts";

/** `context` is the person's checkout (without a work tree: a bare repository); `branch` has no prefix. */
export type BranchAdvance = {
  readonly context: GitContext;
  readonly branch: string;
  readonly from: CommitId;
  readonly to: CommitId;
};

/** `moved` is false where the branch already held the commits; `checkout` says whether files were updated. */
export type BranchAdvanced = { readonly moved: boolean; readonly checkout: "updated" | "not-touched" };

/**
 * Puts the prepared commits on the person's branch and, where it is checked out, brings exactly the touched
 * paths of index and files along. Refuses before anything moved: BW725 when the branch is elsewhere, BW726
 * when the checkout holds something of the person on a touched path, BW727 when another worktree has the
 * branch. The branch moves first and the files follow, so that a crash between the two can be repeated
 * (`docs/adr/0005-how-results-reach-the-branch.md`); repeating a finished call changes nothing.
 *
 * The filters of `context.overrides` apply to the files written, so pass a context that leaves the person's
 * own filters in force. Hooks do not run.
 */
export async function advanceBranch(request: BranchAdvance): Promise<Result<BranchAdvanced>> {
  const { context, branch, from, to } = request;
  const ref: `refs/heads/${string}` = `refs/heads/${branch}`;
  const now = await readRef(context, ref);
  if (!now.ok) return now;
  if (now.value !== from && now.value !== to) return elsewhere(request, now.value);
  const repeated = now.value === to && from !== to;
  const found = await findCheckout(request, ref);
  if (!found.ok) return found;
  const changes = await rawChanges(context, from, to);
  if (!changes.ok) return changes;
  const checkout = found.value;
  if (checkout !== undefined) {
    const ready = await readyCheckout(request, checkout, { changes: changes.value, repeated });
    if (!ready.ok) return ready;
  }
  if (!repeated) {
    const swapped = await compareAndSwap(context, ref, { from, to, reason: "breakwater: close" });
    if (!swapped.ok) return swapped;
    if (!swapped.value.moved) return elsewhere(request, swapped.value.found);
  }
  if (checkout === undefined) return ok({ moved: !repeated, checkout: "not-touched" });
  const updated = await readTree(checkout, from, to);
  if (!updated.ok) return updated;
  if (updated.value !== "done")
    return fail(checkoutBehind(request, checkout.workTree, updated.value.refused));
  return ok({ moved: !repeated, checkout: "updated" });
}

/** Someone committed on top of what an earlier call put there: nothing is left to do. Else it moved away. */
async function elsewhere(
  request: BranchAdvance,
  found: CommitId | undefined,
): Promise<Result<BranchAdvanced>> {
  const { context, to } = request;
  if (found !== undefined) {
    const args = ["merge-base", "--is-ancestor", to, found];
    const contained = await objectGit(context, args, { okCodes: [0, 1] });
    if (!contained.ok) return contained;
    if (contained.value.code === 0) return ok({ moved: false, checkout: "not-touched" });
  }
  return fail(branchMoved(request, found));
}

/** The checkout whose files must follow; undefined where nobody has the branch checked out. */
async function findCheckout(request: BranchAdvance, ref: string): Promise<Result<Checkout | undefined>> {
  const { context } = request;
  const { workTree } = context;
  if (workTree === undefined) return ok(undefined);
  const head = await fileGit(context, ["symbolic-ref", "-q", "HEAD"], { okCodes: [0, 1] });
  if (!head.ok) return head;
  if (head.value.stdout.toString("utf8").trim() === ref) return ok({ ...context, workTree });
  const listed = await fileGit(context, ["for-each-ref", "--format=%(worktreepath)", ref]);
  if (!listed.ok) return listed;
  const other = listed.value.stdout.toString("utf8").trim();
  return other === "" ? ok(undefined) : fail(branchElsewhere(request, other));
}

/** Fails where the files could not follow the branch. Writes at most what git knows about unchanged files. */
async function readyCheckout(
  request: BranchAdvance,
  checkout: Checkout,
  move: { readonly changes: readonly FileChange[]; readonly repeated: boolean },
): Promise<Result<void>> {
  const { from, to } = request;
  const busy = await operationUnderWay(checkout);
  if (busy !== undefined) return fail(checkoutBusy(request, checkout.workTree, busy));
  if (move.repeated) {
    const settled = await settleTouched(checkout, from, move.changes);
    if (!settled.ok) return settled;
  }
  // Exit code 1 says that some files differ, which is for the next step to judge.
  const refreshed = await fileGit(checkout, ["update-index", "-q", "--refresh"], { okCodes: [0, 1] });
  if (!refreshed.ok) return refreshed;
  if (move.repeated) return ok(undefined);
  const inTheWay = await pathsInTheWay(checkout, from, move.changes);
  if (!inTheWay.ok) return inTheWay;
  const paths = inTheWay.value.map((raw) => readablePath(raw).path);
  if (paths.length > 0) return fail(checkoutDirty(request, checkout.workTree, paths));
  const tried = await readTree(checkout, from, to, ["--dry-run"]);
  if (!tried.ok) return tried;
  if (tried.value === "done") return ok(undefined);
  return fail(checkoutDirty(request, checkout.workTree, [tried.value.refused]));
}

/** A merge of two trees into index and files: it keeps what the person changed elsewhere and overwrites nothing. */
async function readTree(
  checkout: Checkout,
  from: CommitId,
  to: CommitId,
  options: readonly string[] = [],
): Promise<Result<"done" | { readonly refused: string }>> {
  const args = ["read-tree", "-m", "-u", ...options, from, to];
  const read = await fileGit(checkout, args, { okCodes: [0, 1, 128] });
  if (!read.ok) return read;
  if (read.value.code === 0) return ok("done");
  return ok({
    refused:
      read.value.stderr
        .replace(/^(error|fatal): /gm, "")
        .trim()
        .split("\n")[0] ?? "",
  });
}

async function operationUnderWay(checkout: Checkout): Promise<string | undefined> {
  const signs = { MERGE_HEAD: "merge", CHERRY_PICK_HEAD: "cherry-pick", REVERT_HEAD: "revert" };
  for (const [file, name] of Object.entries(signs)) {
    try {
      await access(join(checkout.gitDir, file));
      return name;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return undefined;
}
