import { join } from "node:path";
import type { Result, SessionId } from "@breakwater/core";
import type { Repository } from "../repository/repository.ts";
import { openDependencyStore } from "./dependency.ts";
import type { DependencyStore } from "./dependency.ts";
import { workspaceLayout } from "./layout.ts";
import type { WorkspaceLayout } from "./layout.ts";
import { openSettling } from "./settle.ts";
import type { Settling } from "./settle.ts";
import { openTrash } from "./trash.ts";
import type { Trash } from "./trash.ts";
import { createTurnQueue } from "./turn-queue.ts";
import type { TurnQueue } from "./turn-queue.ts";
import { FILLS_AT_ONCE } from "./workspace-context.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";

/**
 * Which session of which repository needs workspaces. `root` is the key `workspace-root`; `setup` and
 * `copy` are `workspace-setup` and `workspace-copy`. At most `spares` used folders are kept for another
 * use (default 8, 0 for none).
 */
export type WorkspaceOptions = {
  readonly repository: Repository;
  readonly session: SessionId;
  readonly root?: string;
  readonly setup?: string;
  readonly copy?: readonly string[];
  readonly spares?: number;
};

/** What all workspaces of one session share while they are open. */
export type WorkspaceSite = {
  readonly options: WorkspaceOptions;
  readonly repository: Repository;
  readonly layout: WorkspaceLayout;
  readonly dependencies: DependencyStore;
  readonly trash: Trash;
  readonly settling: Settling;
  readonly fills: TurnQueue;
  /** Turns on the integration tree, which attempts share. */
  readonly shared: TurnQueue;
  readonly spares: WorkspaceFolder[];
  /** Commits, by what a folder was before, whose first one was compared file by file, or is being now. */
  readonly proven: Map<string, Promise<Result<void>>>;
};

/** Opens the site of a session; makes no folder yet. */
export function openSite(options: WorkspaceOptions): WorkspaceSite {
  const { repository } = options;
  const layout = workspaceLayout(repository, options.session, options.root);
  const fills = createTurnQueue(FILLS_AT_ONCE);
  return {
    options,
    repository,
    layout,
    dependencies: openDependencyStore(repository),
    trash: openTrash(layout.trash),
    settling: openSettling(fills.idle),
    fills,
    shared: createTurnQueue(1),
    spares: [],
    proven: new Map(),
  };
}

/** Where the index of a folder is kept as it was before anybody worked there. */
export function pristineIndex(site: Pick<WorkspaceSite, "layout">, folder: WorkspaceFolder): string {
  return join(site.layout.indexes, folder.gitDir.slice(folder.gitDir.lastIndexOf("/") + 1));
}
