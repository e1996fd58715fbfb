import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Repository } from "../repository/repository.ts";
import { isThere } from "../workspace/worktree-registry.ts";
import type { WorkspaceFolder } from "../workspace/workspace-context.ts";
import type { WallPlace } from "./wall-profile.ts";

/** A workspace that shall be walled; `name` tells its wall from others of the same workspace. */
export type WalledWorkspace = {
  readonly repository: Pick<Repository, "root" | "commonDir" | "stateHome">;
  readonly workspace: WorkspaceFolder;
  readonly tmp: string;
  readonly name: string;
};

/** What lies around a workspace. Everything of the engine beside it is hidden, also what comes later. */
export async function placeOfWorkspace({
  repository,
  workspace,
  tmp,
  name,
}: WalledWorkspace): Promise<WallPlace> {
  const path = await realpath(workspace.path);
  const state = await realpath(repository.stateHome);
  const dependencies = join(state, "dependencies");
  return {
    workspace: path,
    gitDir: workspace.gitDir,
    commonDir: repository.commonDir,
    checkout: repository.root,
    // The state of all repositories, so that sessions of others are hidden too.
    engine: [...new Set([dirname(state), dirname(path)])],
    ...((await isThere(dependencies)) ? { dependencies } : {}),
    tmp: await realpath(tmp),
    own: join(dirname(path), ".wall", name),
  };
}
