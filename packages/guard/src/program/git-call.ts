import { deny, type Shell, type Call } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";

/** One call of git while it is taken apart. `foreign` tells that it acts on a repository in scratch. */
export type GitCall = {
  readonly call: Call;
  readonly shell: Shell;
  readonly aliases: ReadonlyMap<string, string>;
  readonly foreign: boolean;
};

/** Refuses what writes history or refs, where the repository is the one of the task. */
export function refuseCommit(git: GitCall, step: string): Stream {
  if (!git.foreign) deny(git.shell, "git-commit", step);
  return UNSEEN;
}

/** Refuses what throws work away, where the repository is the one of the task. */
export function refuseDiscard(git: GitCall, step: string): Stream {
  if (!git.foreign) deny(git.shell, "git-discard", step);
  return UNSEEN;
}
