import { attemptId, ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { buildCandidate } from "./candidate.ts";
import type { LineEntry } from "./close-commits.ts";

/** The same tasks on another base, or the first of them that does not fit there. */
export type ReplayedLine =
  | { readonly kind: "built"; readonly head: CommitId; readonly line: readonly LineEntry[] }
  | { readonly kind: "conflicted"; readonly entry: LineEntry; readonly paths: readonly string[] };

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
