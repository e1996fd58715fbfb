import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { AttemptId, SessionId } from "@breakwater/core";
import { refComponent } from "../integration/ref-name.ts";
import type { Repository } from "../repository/repository.ts";
import { folderName } from "./ready-mark.ts";

/** Where the workspaces of a session lie and what the engine keeps beside them. All paths are absolute. */
export type WorkspaceLayout = {
  readonly home: string;
  readonly marks: string;
  readonly indexes: string;
  readonly trash: string;
  readonly lanes: string;
  readonly integration: string;
  readonly attempt: (attempt: AttemptId) => string;
  readonly spare: (name: string) => string;
};

/**
 * The layout of a session: in the state home of the repository, or below `root` (the key `workspace-root`)
 * in a folder per repository, so that several can share one root.
 */
export function workspaceLayout(repository: Repository, session: SessionId, root?: string): WorkspaceLayout {
  const top = root === undefined ? repository.stateHome : join(root, repository.id);
  const home = join(realFolder(top), refComponent(session));
  return {
    home,
    marks: join(home, ".ready"),
    indexes: join(home, ".index"),
    trash: join(home, ".trash"),
    lanes: join(dirname(repository.stateHome), "lanes"),
    integration: join(home, "integration"),
    attempt: (attempt) => join(home, folderName(attempt)),
    spare: (name) => join(home, "spare", name),
  };
}

/** git lists worktrees by their real paths, so links on the way are followed, as far as the way exists. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realFolder(parent), basename(path));
  }
}
