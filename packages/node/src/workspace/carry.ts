import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { withoutWorkTree } from "../git/git-context.ts";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";

/** Whether a kept result is now in the files; if not, the paths that stood in the way. */
export type Carried = { readonly carried: boolean; readonly conflicts: readonly string[] };

/**
 * Puts what the commit `kept` changed on top of a workspace that holds `base`; HEAD stays at `base`, so
 * that the next snapshot shows it as work of the attempt. On a conflict nothing changes: nobody's side is
 * taken.
 */
export async function carryOver(
  context: GitContext,
  base: CommitId,
  kept: CommitId,
): Promise<Result<Carried>> {
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, kept];
  const merged = await git(withoutWorkTree(context), args, { okCodes: [0, 1] });
  if (!merged.ok) return merged;
  const [tree, ...conflicts] = splitNul(merged.value.stdout).map(pathText);
  if (merged.value.code === 1 || tree === undefined) return ok({ carried: false, conflicts });
  const applied = await git(context, ["read-tree", "-m", "-u", base, tree]);
  return applied.ok ? ok({ carried: true, conflicts: [] }) : applied;
}
