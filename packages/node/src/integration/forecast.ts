import { ok } from "@breakwater/core";
import type { AttemptId, CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readablePaths } from "./candidate.ts";
import { objectGit } from "./engine-git.ts";

/** The last recorded state of an attempt that may still be running. */
export type Sibling = { readonly attempt: AttemptId; readonly commit: CommitId };

/** An attempt that would conflict if it ended now, and where. */
export type ForecastConflict = { readonly attempt: AttemptId; readonly paths: readonly string[] };

/**
 * Says which of the recorded states would conflict with `head`, with one git process for all of them. A
 * forecast binds nobody: the merge itself decides. It writes trees that no ref holds, and nothing else.
 */
export async function forecastConflicts(request: {
  readonly context: GitContext;
  readonly head: CommitId;
  readonly siblings: readonly Sibling[];
}): Promise<Result<readonly ForecastConflict[]>> {
  const { context, head, siblings } = request;
  if (siblings.length === 0) return ok([]);
  const stdin = siblings.map(({ commit }) => `${head} ${commit}\n`).join("");
  const args = ["merge-tree", "--stdin", "-z", "--name-only", "--no-messages"];
  const merged = await objectGit(context, args, { stdin, rebuildable: true });
  if (!merged.ok) return merged;
  const answers = readAnswers(merged.value.stdout.toString("latin1"));
  if (answers.length !== siblings.length)
    throw new Error(`Forecasting conflicts: ${siblings.length} merges asked, ${answers.length} answered`);
  return ok(
    siblings.flatMap(({ attempt }, at) => {
      const paths = answers[at];
      return paths === undefined || paths.length === 0 ? [] : [{ attempt, paths: readablePaths(paths) }];
    }),
  );
}

/** Each answer is a status, a tree and the conflicted paths, ended by an empty entry. */
function readAnswers(output: string): string[][] {
  const answers: string[][] = [];
  const parts = output.split("\0");
  for (let at = 0; at + 1 < parts.length;) {
    const end = parts.indexOf("", at);
    const answer = parts.slice(at, end === -1 ? parts.length : end);
    answers.push(answer[0] === "1" ? [] : answer.slice(2));
    at = end === -1 ? parts.length : end + 1;
  }
  return answers;
}
