import { attemptId, ok } from "@breakwater/core";
import type { CommitId, Result, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { buildCandidate } from "./candidate.ts";
import type { LineEntry } from "./close-commits.ts";
import { treeOf } from "./engine-git.ts";
import { readRef } from "./refs.ts";

/** The same tasks on another base, or the first of them that does not fit there. */
export type ReplayedLine =
  | { readonly kind: "built"; readonly head: CommitId; readonly line: readonly LineEntry[] }
  | { readonly kind: "conflicted"; readonly entry: LineEntry; readonly paths: readonly string[] };

/** What replaying onto a branch came to; `gone` where there is no such branch. */
export type ReplayedBranch =
  | { readonly kind: "gone" }
  | (Extract<ReplayedLine, { kind: "built" }> & { readonly onto: CommitId; readonly tree: TreeId })
  | Extract<ReplayedLine, { kind: "conflicted" }>;

/** Puts the merged tasks of a session on what its branch is now; moves nothing. See `replayLine`. */
export async function replayOntoBranch(request: {
  readonly context: GitContext;
  readonly branch: string;
  readonly base: CommitId;
  readonly line: readonly LineEntry[];
}): Promise<Result<ReplayedBranch>> {
  const { context, branch, base, line } = request;
  const found = await readRef(context, `refs/heads/${branch}`);
  if (!found.ok) return found;
  const onto = found.value;
  if (onto === undefined) return ok({ kind: "gone" });
  const replayed = await replayLine({ context, base, onto, line });
  if (!replayed.ok) return replayed;
  if (replayed.value.kind === "conflicted") return ok(replayed.value);
  const tree = await treeOf(context, replayed.value.head);
  return tree.ok ? ok({ ...replayed.value, onto, tree: tree.value }) : tree;
}

/**
 * Puts the merged tasks of a session on the commit to which the branch has moved meanwhile, each as one
 * commit, in the same order. Moves nothing; the last tree has passed no gate yet. `base` is the commit
 * below the first entry. The same request always gives the same commits.
 */
export async function replayLine(request: {
  readonly context: GitContext;
  readonly base: CommitId;
  readonly onto: CommitId;
  readonly line: readonly LineEntry[];
}): Promise<Result<ReplayedLine>> {
  const { context, line } = request;
  let { base, onto } = request;
  const replayed: LineEntry[] = [];
  for (const entry of line) {
    const attempt = attemptId(entry.task, 0);
    const { task, title } = entry;
    const built = await buildCandidate({
      context,
      head: onto,
      base,
      result: entry.commit,
      task,
      attempt,
      title,
    });
    if (!built.ok) return built;
    if (built.value.kind === "conflicted") return ok({ kind: "conflicted", entry, paths: built.value.paths });
    base = entry.commit;
    onto = built.value.commit;
    replayed.push({ ...entry, commit: onto });
  }
  return ok({ kind: "built", head: onto, line: replayed });
}
