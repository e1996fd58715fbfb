/**
 * Which repository, work tree and index a git call is about. All paths are absolute. Nothing is ever
 * discovered from `cwd`: a work tree that agents write to could point git at a repository of their own.
 *
 * `gitDir` and `commonDir` are equal but for linked worktrees. Without `workTree` git runs as in a bare
 * repository, in `commonDir`: it reads and writes objects and refs and sees no files. `indexFile` replaces the index of
 * `gitDir`. `overrides` are config entries that beat the user's own; `openRepository` puts there what
 * takes the programs out of content filters and merge drivers.
 */
export type GitContext = {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly workTree?: string;
  readonly cwd: string;
  readonly indexFile?: string;
  readonly overrides?: readonly ConfigEntry[];
};

/** One config variable as git names it, for instance `["core.autocrlf", "false"]`. */
export type ConfigEntry = readonly [key: string, value: string];

/** The same repository without a work tree: for refs and objects only. */
export function withoutWorkTree(context: GitContext): GitContext {
  const { gitDir, commonDir, overrides } = context;
  return { gitDir, commonDir, cwd: commonDir, ...(overrides === undefined ? {} : { overrides }) };
}

/** The same repository and work tree with a private index in place of the one git would use. */
export function withIndex(context: GitContext, indexFile: string): GitContext {
  return { ...context, indexFile };
}
