import { commitId, fail, ok, treeId } from "@breakwater/core";
import type { AttemptId, CommitId, Failure, Result, TaskId, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { mergePlainTrees } from "../object/merge-trees.ts";
import { readCommit } from "../object/read-object.ts";
import { objectGit, subjectLine, treeOf, writeEngineCommit } from "./engine-git.ts";
import { readablePath, splitNul } from "./raw-path.ts";
import { rawChanges } from "./tree-change.ts";

/** A result that shall be put on top of `head`; `base` is where the attempt started. */
export type CandidateRequest = {
  readonly context: GitContext;
  readonly head: CommitId;
  readonly base: CommitId;
  readonly result: CommitId;
  readonly task: TaskId;
  readonly attempt: AttemptId;
  readonly title: string;
};

/** Either the commit that may move the integration, or the paths on which both sides wrote. */
export type Candidate =
  | { readonly kind: "built"; readonly commit: CommitId; readonly tree: TreeId }
  | { readonly kind: "conflicted"; readonly paths: readonly string[] };

/**
 * Merges a result with `head` in memory and writes the outcome as one commit on `head`. Moves nothing. The
 * same request always gives the same commit, whenever and wherever it is repeated: the date is that of the
 * result. A conflict takes nobody's side. Renames are not followed, so nothing lands where no one wrote.
 */
export async function buildCandidate(request: CandidateRequest): Promise<Result<Candidate>> {
  const { context, head, base, result, task, attempt, title } = request;
  const commits = await Promise.all([base, head, result].map((id) => readCommit(context, id)));
  const [before, ours, theirs] = commits;
  if (before?.ok !== true || ours?.ok !== true || theirs?.ok !== true) return unread(commits);
  const { seconds } = theirs.value;
  const trees = { base: before.value.tree, ours: ours.value.tree, theirs: theirs.value.tree };
  const plain = await mergePlainTrees(context, trees);
  if (!plain.ok) return plain;
  const simple = plain.value?.tree;
  const merged = simple === undefined ? await mergeByGit(request) : ok({ tree: treeId(simple) });
  if (!merged.ok) return merged;
  if ("paths" in merged.value) return ok({ kind: "conflicted", paths: merged.value.paths });
  const { tree } = merged.value;
  const message = `${subjectLine(task, title)}\n\nBreakwater-Attempt: ${attempt}\n`;
  const draft = { tree, parent: head, message, seconds, rebuildable: true };
  const commit = await writeEngineCommit(context, draft);
  return commit.ok ? ok({ kind: "built", commit: commit.value, tree }) : commit;
}

function unread(commits: readonly Result<unknown>[]): Result<never> {
  for (const each of commits) if (!each.ok) return each;
  throw new Error("Building a candidate: every commit was read and one was not");
}

/**
 * The merge where both sides wrote one file. The merge is begun before it is known that history gives the
 * right base, since it nearly always does.
 */
async function mergeByGit(request: CandidateRequest): Promise<Result<MergedByGit>> {
  const { context, head, result } = request;
  const [history, early] = await Promise.all([readHistory(request), mergeTrees(context, head, result)]);
  if (!history.ok) return history;
  const { seconds, straight, deletes } = history.value;
  const merged = straight ? early : await mergeFrom(request, seconds);
  if (!merged.ok) return merged;
  if (merged.value.kind === "conflicted") return ok({ paths: merged.value.paths });
  const { tree } = merged.value;
  const foreign = deletes || !straight ? await foreignPaths(request, tree) : ok([]);
  if (!foreign.ok) return foreign;
  return ok(foreign.value.length > 0 ? { paths: foreign.value } : { tree });
}

type MergedByGit = { readonly tree: TreeId } | { readonly paths: readonly string[] };

/**
 * Paths that the merge changed although the result did not: git carried an edit along a rename of the other
 * side. Not every git can be told to leave renames alone, so the outcome is looked at.
 */
async function foreignPaths(request: CandidateRequest, tree: TreeId): Promise<Result<readonly string[]>> {
  const { context, head, base, result } = request;
  const [landing, written] = await Promise.all([
    rawChanges(context, head, tree),
    rawChanges(context, base, result),
  ]);
  if (!landing.ok) return landing;
  if (!written.ok) return written;
  const own = new Set(written.value.map(({ raw }) => raw));
  return ok(readablePaths(landing.value.map(({ raw }) => raw).filter((path) => !own.has(path))));
}

/**
 * `straight` says that git finds `base`, and nothing else, as the merge base of `head` and the result.
 * `deletes` says that one of the sides deleted a file since: without that there is no rename either.
 */
type History = {
  readonly seconds: number;
  readonly straight: boolean;
  readonly deletes: boolean;
};

async function readHistory(request: CandidateRequest): Promise<Result<History>> {
  const { context, head, base, result } = request;
  const format = ["-z", "--name-status", "--no-renames", "--left-right", "--format=%m %H %ct %P"];
  const listed = await objectGit(context, ["log", ...format, `${head}...${result}`]);
  if (!listed.ok) return listed;
  const { commits, deletes } = readCommits(splitNul(listed.value.stdout));
  const mine = commits.get(result);
  if (mine === undefined) return readContained(context, result);
  const { seconds, parents } = mine;
  let below = head;
  let walked = 0;
  for (let at = commits.get(head); at !== undefined && below !== base; at = commits.get(below)) {
    if (at.parents.length !== 1 || at.parents[0] === undefined) break;
    below = commitId(at.parents[0]);
    walked += 1;
  }
  const straight =
    below === base && walked + 1 === commits.size && parents.length === 1 && parents[0] === base;
  return ok({ seconds, straight, deletes });
}

type LoggedCommit = { readonly seconds: number; readonly parents: readonly string[] };

/** The log is headers, each followed by pairs of a status letter and a path, which may look like anything. */
function readCommits(parts: readonly string[]): {
  readonly commits: ReadonlyMap<string, LoggedCommit>;
  readonly deletes: boolean;
} {
  const commits = new Map<string, LoggedCommit>();
  let deletes = false;
  for (let at = 0; at < parts.length; at += 1) {
    const part = (parts[at] ?? "").replace(/^\n/, "");
    if (/^[AMDT]$/.test(part)) {
      deletes ||= part === "D";
      at += 1;
    } else if (part !== "") {
      const [, commit = "", seconds = "", ...parents] = part.split(" ").filter(Boolean);
      commits.set(commit, { seconds: Number(seconds), parents });
    }
  }
  return { commits, deletes };
}

/** A result that `head` already contains has no commit of its own to show in the difference. */
async function readContained(context: GitContext, result: CommitId): Promise<Result<History>> {
  const shown = await readCommit(context, result);
  return shown.ok ? ok({ seconds: shown.value.seconds, straight: false, deletes: true }) : shown;
}

/**
 * Merges with the attempt's base where history alone would not give it. Older git cannot be told the base,
 * so a commit with the tree of `head` whose only parent is `base` takes the place of `head`.
 */
async function mergeFrom(request: CandidateRequest, seconds: number): Promise<Result<Merged>> {
  const { context, head, base, result } = request;
  const tree = await treeOf(context, head);
  if (!tree.ok) return tree;
  const draft = { tree: tree.value, parent: base, message: "stand-in\n", seconds, rebuildable: true };
  const standIn = await writeEngineCommit(context, draft);
  return standIn.ok ? mergeTrees(context, standIn.value, result) : standIn;
}

type Merged =
  | { readonly kind: "clean"; readonly tree: TreeId }
  | { readonly kind: "conflicted"; readonly paths: readonly string[] };

async function mergeTrees(context: GitContext, left: CommitId, right: CommitId): Promise<Result<Merged>> {
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", left, right];
  const merged = await objectGit(context, args, { okCodes: [0, 1], rebuildable: true });
  if (!merged.ok) return merged;
  const [tree = "", ...paths] = splitNul(merged.value.stdout);
  if (!/^[0-9a-f]{40,64}$/.test(tree)) return fail(noMerge(merged.value.stderr));
  if (merged.value.code === 0) return ok({ kind: "clean", tree: treeId(tree) });
  return ok({ kind: "conflicted", paths: readablePaths(paths) });
}

/** Each path once, readable, in the order of git. */
export function readablePaths(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.filter((path) => path !== "").map((path) => readablePath(path).path))];
}

/** Exit code 1 without a tree is no conflict: git could not merge at all. */
function noMerge(stderr: string): Failure {
  return {
    code: "BW712",
    message: `git merge-tree gave no tree: ${stderr.trim().slice(0, 300)}`,
    fix: "Run git fsck; a result or the integration may be damaged.",
  };
}
