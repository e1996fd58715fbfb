import type { Failure } from "@breakwater/core";

/** Why a repository cannot be worked on, each with what to do about it. */
export const refusals = {
  noRepository: (cwd: string): Failure => ({
    code: "BW700",
    message: `${cwd} is not inside a git repository`,
    why: "Every attempt works in a git worktree and every result is a git commit.",
    fix: "Change into your project, or make it a repository: git init && git add -A && git commit",
  }),
  insideGitDir: (cwd: string): Failure => ({
    code: "BW700",
    message: `${cwd} is inside a .git folder, not in a checkout`,
    fix: "Change into the checkout itself and run the command again.",
  }),
  noCommits: (cwd: string): Failure => ({
    code: "BW703",
    message: `The repository at ${cwd} has no commit on its present branch`,
    why: "Attempts start from a commit; there is none yet.",
    fix: "Commit what is there: git add -A && git commit -m 'First commit'",
  }),
  bare: (gitDir: string): Failure => ({
    code: "BW704",
    message: `${gitDir} is a bare repository`,
    why: "A session needs a checkout for its control files and for close.",
    fix: "Make a checkout and start there: git worktree add ../checkout",
  }),
  shallow: (root: string): Failure => ({
    code: "BW705",
    message: `The repository at ${root} is a shallow clone`,
    why: "Where history is cut off, git may find no common ancestor and merge wrongly.",
    fix: "Fetch the whole history: git fetch --unshallow",
  }),
  sparse: (root: string): Failure => ({
    code: "BW706",
    message: `The checkout at ${root} is sparse`,
    why: "Workspaces hold all files, so what is checked here and what is checked there would differ.",
    fix: "Check out everything: git sparse-checkout disable",
  }),
  partial: (root: string): Failure => ({
    code: "BW707",
    message: `The repository at ${root} is a partial clone`,
    why: "Missing objects would have to be fetched in the middle of a run, and Breakwater's git never uses the network.",
    fix: "Use a full clone: git clone without --filter, then start there.",
  }),
  busy: (root: string, what: string): Failure => ({
    code: "BW708",
    message: `A ${what} is in progress in ${root}`,
    why: "HEAD and the index are in between two states, so there is no agreed base to start from.",
    fix: `Finish or abort the ${what}, then run the same command again.`,
  }),
  filtered: (filter: string, example: string, count: number): Failure => ({
    code: "BW709",
    message: `${count} tracked files go through the content filter "${filter}", for instance ${example}`,
    why: "Foreign programs do not run in workspaces, so agents and gates would see pointers or ciphertext.",
    fix: `Start in a repository without the filter, or take these files out of it in .gitattributes.`,
  }),
  foreignOwner: (cwd: string): Failure => ({
    code: "BW710",
    message: `git refuses the repository at ${cwd}, because it belongs to another user`,
    why: "The config of a repository can start programs; git trusts only its owner.",
    fix: `If you trust it: git config --global --add safe.directory ${cwd}`,
  }),
  uncommitted: (paths: readonly string[]): Failure => ({
    code: "BW711",
    message: `${paths.length === 1 ? "1 path is" : `${paths.length} paths are`} not committed: ${listed(paths)}`,
    why: "Attempts start from HEAD and would not see them; nothing of yours is committed or stashed for you.",
    fix: "Commit or stash them, or start from HEAD without them: --allow-dirty",
  }),
} as const;

const SHOWN = 5;

function listed(paths: readonly string[]): string {
  const rest = paths.length - SHOWN;
  const shown = paths.slice(0, SHOWN).map((path) => JSON.stringify(path));
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
