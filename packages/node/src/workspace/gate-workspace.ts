import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import { makeFolder, removeFolder, restoreFolder } from "./checkout-folder.ts";
import { copyIgnoredFiles } from "./copied-file.ts";
import { DEPENDENCY_NAMES } from "./dependency-table.ts";
import { findLane, freeLane, takeLane } from "./lane.ts";
import type { Lane } from "./lane.ts";
import { runSetup } from "./setup.ts";
import type { WorkspaceSite } from "./site.ts";
import { workspaceContext } from "./workspace-context.ts";
import type { WorkspaceFolder } from "./workspace-context.ts";
import { findGitDir, isThere } from "./worktree-registry.ts";

/** A clean tree for a check. `release` gives it back; what the check wrote is thrown away then. */
export type GateWorkspace = WorkspaceFolder & {
  readonly commit: CommitId;
  readonly lane: Lane;
  readonly dependencies: readonly string[];
  readonly release: () => void;
};

/** The gate workspaces of a session, used again and again at the same paths. */
export type GateWorkspaces = {
  readonly prepare: (commit: CommitId) => Promise<Result<GateWorkspace>>;
  /** Removes them all; none may be in use. */
  readonly close: () => Promise<Result<void>>;
};

/** A place for a gate. `setUpFor` is the lockfile key that `workspace-setup` last ran for in it. */
type Place = { readonly path: string; folder?: WorkspaceFolder; setUpFor?: string };

/** Opens the gate workspaces of a session; makes none yet. As many exist as were needed at once. */
export function openGateWorkspaces(site: WorkspaceSite): GateWorkspaces {
  const idle: Place[] = [];
  const places: Place[] = [];
  const prepare = async (commit: CommitId): Promise<Result<GateWorkspace>> => {
    const place = idle.pop() ?? newPlace(site, places);
    const ready = await bringTo(site, place, commit);
    if (!ready.ok) {
      idle.push(place);
      return ready;
    }
    let released = false;
    const release = (): void => {
      if (!released) idle.push(place);
      released = true;
    };
    return ok({ ...ready.value, commit, release });
  };
  const close = async (): Promise<Result<void>> => {
    for (const { path, folder } of places) {
      await freeLane(site.layout.lanes, path);
      const removed = folder === undefined ? ok(undefined) : await removeFolder(site, folder);
      if (!removed.ok) return removed;
    }
    return ok(undefined);
  };
  return { prepare, close };
}

function newPlace(site: WorkspaceSite, places: Place[]): Place {
  const place: Place = { path: `${site.layout.home}/gate-${places.length + 1}` };
  places.push(place);
  return place;
}

type Furnished = WorkspaceFolder & Pick<GateWorkspace, "lane" | "dependencies">;

async function bringTo(site: WorkspaceSite, place: Place, commit: CommitId): Promise<Result<Furnished>> {
  const lockKey = await site.dependencies.lockKey(commit);
  if (!lockKey.ok) return lockKey;
  const folder = await checkedOut(site, place, { commit, lockKey: lockKey.value });
  if (!folder.ok) return folder;
  const { path } = folder.value;
  const dependencies = await site.dependencies.provide(path, commit);
  if (!dependencies.ok) return dependencies;
  const copied = await copyIgnoredFiles(site.repository, path, site.options.copy ?? []);
  if (!copied.ok) return copied;
  const lane = (await findLane(site.layout.lanes, path)) ?? (await takeLane(site.layout.lanes, path, path));
  const { setup } = site.options;
  if (setup !== undefined && dependencies.value.length === 0 && place.setUpFor !== lockKey.value) {
    const set = await runSetup(workspaceContext(site.repository, folder.value), setup, lane);
    if (!set.ok) return set;
    place.setUpFor = lockKey.value;
  }
  return ok({ ...folder.value, lane, dependencies: dependencies.value });
}

/** Dependencies that the setup installed stay as long as the lockfiles do; all else goes between two checks. */
async function checkedOut(
  site: WorkspaceSite,
  place: Place,
  target: { readonly commit: CommitId; readonly lockKey: string },
): Promise<Result<WorkspaceFolder>> {
  const { commit, lockKey } = target;
  const isSetUp = place.setUpFor === lockKey;
  if (!isSetUp) delete place.setUpFor;
  const keep = isSetUp ? { keep: DEPENDENCY_NAMES } : {};
  const present = place.folder;
  delete place.folder;
  const restored =
    present === undefined ? undefined : await restoreFolder(site, present, { commit, ...keep });
  if (restored === undefined) {
    delete place.setUpFor;
    await clearPath(site, place.path);
  }
  const folder = restored === undefined ? await makeFolder(site, place.path, commit) : ok(restored);
  if (folder.ok) place.folder = folder.value;
  return folder;
}

/** A run that was killed may have left a gate folder; nobody's work is ever in it. */
async function clearPath(site: WorkspaceSite, path: string): Promise<void> {
  const gitDir = await findGitDir(site.repository.commonDir, path);
  if (gitDir !== undefined) await removeFolder(site, { path, gitDir });
  else if (await isThere(path)) await site.trash.discard(path);
}
