import { commitId, fail, ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { moveRef } from "../object/ref-server.ts";
import { objectGit } from "./engine-git.ts";
import type { OwnRef } from "./ref-name.ts";

/** The answer of a compare-and-swap. `found` is what the ref holds instead; absent means that it does not exist. */
export type RefMove = { readonly moved: true } | { readonly moved: false; readonly found?: CommitId };

/** The commit a ref points at, or undefined where there is no such ref. */
export async function readRef(context: GitContext, ref: string): Promise<Result<CommitId | undefined>> {
  const listed = await listRefs(context, ref);
  if (!listed.ok) return listed;
  return ok(listed.value.find((entry) => entry.ref === ref)?.commit);
}

/** The refs at `prefix` or below it, in the order of their names. */
export async function listRefs(
  context: GitContext,
  prefix: string,
): Promise<Result<readonly { readonly ref: string; readonly commit: CommitId }[]>> {
  const pattern = prefix.replace(/\/$/, "");
  const answer = await objectGit(context, ["for-each-ref", "--format=%(objectname) %(refname)", pattern]);
  if (!answer.ok) return answer;
  const lines = answer.value.stdout.toString("utf8").split("\n").filter(Boolean);
  return ok(
    lines.map((line) => {
      const space = line.indexOf(" ");
      return { ref: line.slice(space + 1), commit: commitId(line.slice(0, space)) };
    }),
  );
}

/**
 * Points a new ref at `commit`. An existing ref is left alone: `moved` is false and `found` says where it
 * points, which may well be the same commit when a crash made the caller ask twice.
 */
export function createRef(context: GitContext, ref: OwnRef, commit: CommitId): Promise<Result<RefMove>> {
  return swapRef(context, ref, { to: commit, from: zeroId(commit) });
}

/** Moves a ref from one commit to another in one step, and only if it still is where the caller believes. */
export function compareAndSwap(
  context: GitContext,
  ref: OwnRef | `refs/heads/${string}`,
  move: { readonly from: CommitId; readonly to: CommitId; readonly reason?: string },
): Promise<Result<RefMove>> {
  return swapRef(context, ref, move);
}

/** Points a ref at `commit` wherever it was. Only for refs that hold nothing that exists once. */
export function forceRef(context: GitContext, ref: OwnRef, commit: CommitId): Promise<Result<void>> {
  return moveRef(context, { ref, to: commit });
}

/** Deletes all refs below a prefix in one transaction and returns how many there were. */
export async function deleteRefs(context: GitContext, prefix: OwnRef): Promise<Result<number>> {
  const listed = await listRefs(context, prefix);
  if (!listed.ok) return listed;
  if (listed.value.length === 0) return ok(0);
  const orders = listed.value.map(({ ref, commit }) => `delete ${ref}\0${commit}\0`).join("");
  const deleted = await objectGit(context, ["update-ref", "--stdin", "-z"], { stdin: orders });
  return deleted.ok ? ok(listed.value.length) : deleted;
}

async function swapRef(
  context: GitContext,
  ref: OwnRef | `refs/heads/${string}`,
  move: { readonly from: string; readonly to: CommitId; readonly reason?: string },
): Promise<Result<RefMove>> {
  const swapped = isOwn(ref)
    ? await moveRef(context, { ref, ...move })
    : await moveBranch(context, ref, move);
  if (swapped.ok) return ok({ moved: true });
  return explainRefusal(context, ref, { from: move.from, refused: swapped });
}

/** Names of our own refs are plain; the name of a branch may hold anything, and its log wants the reason. */
function isOwn(ref: string): ref is OwnRef {
  return ref.startsWith("refs/breakwater/");
}

async function moveBranch(
  context: GitContext,
  ref: string,
  move: { readonly from: string; readonly to: CommitId; readonly reason?: string },
): Promise<Result<void>> {
  const reason = move.reason === undefined ? [] : ["-m", move.reason];
  const moved = await objectGit(context, ["update-ref", "--no-deref", ...reason, ref, move.to, move.from]);
  return moved.ok ? ok(undefined) : moved;
}

/** git tells a lost race only in prose, so the ref itself is asked: elsewhere is an answer, else git failed. */
async function explainRefusal(
  context: GitContext,
  ref: string,
  attempt: { readonly from: string; readonly refused: Result<void> & { readonly ok: false } },
): Promise<Result<RefMove>> {
  const now = await readRef(context, ref);
  if (!now.ok) return now;
  const found = now.value;
  if ((found ?? zeroId(attempt.from)) === attempt.from) return fail(attempt.refused.failure);
  return ok(found === undefined ? { moved: false } : { moved: false, found });
}

/** The id that stands for "no object", as long as the ids of the repository's hash. */
function zeroId(like: string): string {
  return "0".repeat(like.length);
}
