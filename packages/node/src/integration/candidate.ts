import { commitId, fail, ok, treeId } from "@breakwater/core";
import type { AttemptId, CommitId, Failure, Result, TaskId, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import type { GitOutput } from "../git/run-git.ts";
import { firstLine, objectGit, subjectLine, treeOf, writeEngineCommit } from "./engine-git.ts";
import { readablePath, splitNul } from "./raw-path.ts";

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
  const { context, head, result, task, attempt, title } = request;
  // The merge is begun before it is known that history gives the right base, since it nearly always does.
  const [history, early] = await Promise.all([
    readHistory(request),
    head === request.base ? undefined : mergeTrees(context, head, result),
  ]);
  if (!history.ok) return history;
  const { seconds, tree: resultTree, straight, deletes } = history.value;
  const merged = !straight
    ? await mergeFrom(request, seconds)
    : (early ?? ok({ kind: "clean" as const, tree: resultTree }));
  if (!merged.ok) return merged;
  if (merged.value.kind === "conflicted") return ok({ kind: "conflicted", paths: merged.value.paths });
  const message = `${subjectLine(task, title)}\n\nBreakwater-Attempt: ${attempt}\n`;
  const { tree } = merged.value;
  const [commit, foreign] = await Promise.all([
    writeEngineCommit(context, { tree, parent: head, message, seconds, rebuildable: true }),
    deletes || !straight ? foreignPaths(request, tree) : ok([]),
  ]);
  if (!commit.ok) return commit;
  if (!foreign.ok) return foreign;
  if (foreign.value.length > 0) return ok({ kind: "conflicted", paths: foreign.value });
  return ok({ kind: "built", commit: commit.value, tree });
}

/**
 * Paths that the merge changed although the result did not: git carried an edit along a rename of the other
 * side. Not every git can be told to leave renames alone, so the outcome is looked at.
 */
async function foreignPaths(request: CandidateRequest, tree: TreeId): Promise<Result<readonly string[]>> {
  const { context, head, base, result } = request;
  if (head === base) return ok([]);
  const differ = (from: string, to: string): Promise<Result<GitOutput>> =>
    objectGit(context, ["diff-tree", "-r", "-z", "--no-renames", "--name-only", from, to]);
  const [landing, written] = await Promise.all([differ(head, tree), differ(base, result)]);
  if (!landing.ok) return landing;
  if (!written.ok) return written;
  const own = new Set(splitNul(written.value.stdout));
  return ok(readablePaths(splitNul(landing.value.stdout).filter((path) => !own.has(path))));
}

/**
 * `straight` says that git finds `base`, and nothing else, as the merge base of `head` and the result.
 * `deletes` says that one of the sides deleted a file since: without that there is no rename either.
 */
type History = {
  readonly seconds: number;
  readonly tree: TreeId;
  readonly straight: boolean;
  readonly deletes: boolean;
};

async function readHistory(request: CandidateRequest): Promise<Result<History>> {
  const { context, head, base, result } = request;
  const format = ["-z", "--name-status", "--no-renames", "--left-right", "--format=%m %H %T %ct %P"];
  const listed = await objectGit(context, ["log", ...format, `${head}...${result}`]);
  if (!listed.ok) return listed;
  const { commits, deletes } = readCommits(splitNul(listed.value.stdout));
  const mine = commits.get(result);
  if (mine === undefined) return readContained(context, result);
  const { tree, seconds, parents } = mine;
  let below = head;
  let walked = 0;
  for (let at = commits.get(head); at !== undefined && below !== base; at = commits.get(below)) {
    if (at.parents.length !== 1 || at.parents[0] === undefined) break;
    below = commitId(at.parents[0]);
    walked += 1;
  }
  const straight =
    below === base && walked + 1 === commits.size && parents.length === 1 && parents[0] === base;
  return ok({ seconds, tree, straight, deletes });
}

type LoggedCommit = { readonly tree: TreeId; readonly seconds: number; readonly parents: readonly string[] };

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
      const [, commit = "", tree = "", seconds = "", ...parents] = part.split(" ").filter(Boolean);
      commits.set(commit, { tree: treeId(tree), seconds: Number(seconds), parents });
    }
  }
  return { commits, deletes };
}

/** A result that `head` already contains has no commit of its own to show in the difference. */
async function readContained(context: GitContext, result: CommitId): Promise<Result<History>> {
  const shown = await objectGit(context, ["log", "-1", "--format=%T %ct", result]);
  if (!shown.ok) return shown;
  const [tree = "", seconds = ""] = firstLine(shown.value).split(" ");
  return ok({ seconds: Number(seconds), tree: treeId(tree), straight: false, deletes: true });
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
