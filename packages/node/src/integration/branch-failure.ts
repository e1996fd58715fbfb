import type { CommitId, Failure } from "@breakwater/core";

type Advance = { readonly branch: string; readonly from: CommitId; readonly to: CommitId };

/** The branch is not where the session left it. */
export function branchMoved(advance: Advance, found: CommitId | undefined): Failure {
  const { branch, from, to } = advance;
  if (found === undefined)
    return {
      code: "BW725",
      message: `the branch ${branch} no longer exists; the session started from ${short(from)}`,
      why: "It was deleted or renamed while the session ran.",
      fix: `Run git branch ${quote(branch)} ${to} to make it anew with the session's commits.`,
    };
  return {
    code: "BW725",
    message: `the branch ${branch} moved from ${short(from)} to ${short(found)} while the session ran`,
    why: "The commits of the session were made and tested for where the branch was.",
    fix: `Run breakwater close to merge and test on ${short(found)}, or take them by hand: git merge ${to}`,
  };
}

/** The branch moved, and what it got there meets what a task wrote. */
export function branchConflicts(conflict: {
  readonly branch: string;
  readonly to: CommitId;
  readonly task: string;
  readonly paths: readonly string[];
}): Failure {
  const { branch, to, task, paths } = conflict;
  const shown = paths.slice(0, 5).map((path) => JSON.stringify(path));
  const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : "";
  return {
    code: "BW796",
    message: `the branch ${branch} moved while the session ran, and ${task} conflicts with it in ${shown.join(", ")}${more}`,
    why: "A conflict takes nobody's side. Nothing was moved and nothing written into your checkout.",
    fix: `Merge by hand: git merge ${to}; resolve and commit, then run breakwater close, which finds the commits there.`,
  };
}

/** The person's own changes lie where the session's files would go. */
export function checkoutDirty(advance: Advance, checkout: string, paths: readonly string[]): Failure {
  const shown = paths.slice(0, 5).map((path) => JSON.stringify(path));
  const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : "";
  return {
    code: "BW726",
    message: `your checkout holds changes of yours that the session's commits would touch: ${shown.join(", ")}${more}`,
    why: "Files of yours are never overwritten, stashed or committed.",
    fix: `Commit or move them away, then run breakwater close, or: git -C ${quote(checkout)} merge --ff-only ${advance.to}`,
  };
}

/** A merge or the like waits to be finished in the checkout. */
export function checkoutBusy(advance: Advance, checkout: string, operation: string): Failure {
  return {
    code: "BW726",
    message: `a ${operation} is under way in ${checkout}`,
    why: "Moving the branch beneath it would change what it is about to commit.",
    fix: `Finish it or run git -C ${quote(checkout)} ${operation} --abort, then breakwater close, or: git -C ${quote(checkout)} merge --ff-only ${advance.to}`,
  };
}

/** The branch moved, then somebody wrote to a touched file before it could follow. */
export function checkoutBehind(advance: Advance, checkout: string, said: string): Failure {
  const { branch, from, to } = advance;
  return {
    code: "BW726",
    message: `the branch ${branch} is at ${short(to)}, but the files of your checkout could not follow: ${said}`,
    why: "Something wrote to a file of the session's commits in that very moment, and it is not overwritten.",
    fix: `Move the named file away, then run breakwater close, or: git -C ${quote(checkout)} read-tree -m -u ${from} ${to}`,
  };
}

/** Another worktree has the branch checked out; moving it would make that one look edited. */
export function branchElsewhere(advance: Advance, worktree: string): Failure {
  return {
    code: "BW727",
    message: `the branch ${advance.branch} is checked out in ${worktree}`,
    why: "Moving a branch under another worktree would make all its files look changed.",
    fix: `Run it there: git -C ${quote(worktree)} merge --ff-only ${advance.to}`,
  };
}

function short(commit: CommitId): string {
  return commit.slice(0, 12);
}

/** Quotes an argument for the shell that a person pastes the command into. */
function quote(argument: string): string {
  return /^[\w./:@%+=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
