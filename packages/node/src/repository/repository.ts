import type { CommitId, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";

/**
 * A repository that is fit to work on, as it was when it was opened. All paths are absolute and real.
 *
 * `root` is the user's checkout. `context` pins git to it, with the programs of content filters and merge
 * drivers taken out; nothing that writes may use its work tree or index. `branch` is a label: the short
 * name, or `detached` when `headRef` is absent. `id` is the same for every checkout of one repository.
 * `submodules` are there to be read only: workspaces show empty folders in their place.
 */
export type Repository = {
  readonly root: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly context: GitContext;
  readonly objectFormat: "sha1" | "sha256";
  readonly headRef?: string;
  readonly branch: string;
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly id: string;
  readonly controlDir: string;
  /** Where the engine keeps what belongs to this repository but not into it. */
  readonly stateHome: string;
  readonly submodules: readonly string[];
  /** Content filters of tracked files that do not run in workspaces; such files appear as git stores them. */
  readonly skippedFilters: readonly string[];
};
