import { availableParallelism } from "node:os";
import type { ConfigEntry, GitContext } from "../git/git-context.ts";
import type { Repository } from "../repository/repository.ts";

/** A folder that the engine works in, and the git folder that it made for it. Both absolute. */
export type WorkspaceFolder = { readonly path: string; readonly gitDir: string };

/** How many workspaces are filled at once: more only contend for the disk. */
export const FILLS_AT_ONCE = Math.max(1, Math.min(4, availableParallelism()));

/**
 * What the files of a workspace may not depend on: settings that a user or a file system copied along.
 * `checkStat` and `trustctime` keep a change visible whose author set the times back.
 */
const PINNED: readonly ConfigEntry[] = [
  ["core.autocrlf", "false"],
  ["core.eol", "lf"],
  ["core.safecrlf", "false"],
  ["core.symlinks", "true"],
  ["core.fileMode", "true"],
  ["core.sparseCheckout", "false"],
  ["core.trustctime", "true"],
  ["core.checkStat", "default"],
  ["core.untrackedCache", "false"],
  ["core.bare", "false"],
  ...(process.platform === "linux" ? ([["core.ignoreCase", "false"]] as const) : []),
];

/** Git on one workspace: pinned to the folder and the git folder that the engine itself made. */
export function workspaceContext(
  repository: Pick<Repository, "context" | "commonDir">,
  folder: WorkspaceFolder,
): GitContext {
  return {
    gitDir: folder.gitDir,
    commonDir: repository.commonDir,
    workTree: folder.path,
    cwd: folder.path,
    overrides: [...(repository.context.overrides ?? []), ...PINNED],
  };
}
