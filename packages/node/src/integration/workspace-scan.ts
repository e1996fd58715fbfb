import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { openDisk } from "./disk-path.ts";
import type { Disk } from "./disk-path.ts";
import { fileGit } from "./engine-git.ts";
import { ignoreSources } from "./ignore-source.ts";
import { prepareIndex, trustIndex } from "./index-entry.ts";
import { joinNul } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";
import { listRoot, listUntracked } from "./untracked.ts";
import type { ScanRequest } from "./untracked.ts";

/** How a workspace differs from its base. `leftOut` is on disk, is not ignored and cannot be in a tree. */
export type Scan = {
  readonly put: readonly RawPath[];
  readonly removed: readonly RawPath[];
  readonly leftOut: readonly RawPath[];
};

/**
 * Compares the files of a workspace with its base and leaves the private index at the base. No program of
 * the workspace runs: submodules are never entered (git would run their own configuration to see whether
 * they changed) and what the agent staged or committed only adds paths to look at.
 */
export async function scanWorkspace(request: ScanRequest): Promise<Result<Scan>> {
  const { context, base, trusted } = request;
  const disk = openDisk(context.workTree);
  const index =
    trusted === undefined
      ? await prepareIndex(context, base, disk)
      : await trustIndex(context, base, trusted);
  if (!index.ok) return index;
  const { entries, staged } = index.value;
  const sources = await ignoreSources(context, entries);
  if (!sources.ok) return sources;
  const listed = await listRoot(request, sources.value);
  if (!listed.ok) return listed;
  const links = new Set(entries.filter((entry) => entry.mode === "160000").map((entry) => entry.path));
  const tracked = listed.value.changed.filter((path) => !links.has(path));
  const ruled = tracked.some((path) => /(^|\/)\.gitignore$/.test(path));
  const untracked = await listUntracked(request, { ...sources.value, ruled }, listed.value.others);
  if (!untracked.ok) return untracked;
  const mine = await splitByPresence(tracked, disk);
  const forced = await splitByPresence(staged, disk);
  const put = [...new Set([...mine.present, ...untracked.value.paths, ...forced.present])];
  const refused = put.filter(isRefusedByGit);
  const opened = await asyncFilter([...links], disk.holdsAnything);
  return ok({
    put: put.filter((path) => !isRefusedByGit(path)),
    removed: mine.absent,
    leftOut: [...untracked.value.leftOut, ...refused, ...opened],
  });
}

/** Brings the private index of a scanned workspace to what is on disk. */
export async function stageScan(context: GitContext, scan: Scan): Promise<Result<void>> {
  if (scan.removed.length > 0) {
    const args = ["update-index", "--force-remove", "-z", "--stdin"];
    const removed = await fileGit(context, args, { stdin: joinNul(scan.removed) });
    if (!removed.ok) return removed;
  }
  if (scan.put.length === 0) return ok(undefined);
  const args = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
  const put = await fileGit(context, args, { stdin: joinNul(scan.put) });
  return put.ok ? ok(undefined) : put;
}

async function splitByPresence(
  paths: readonly RawPath[],
  disk: Disk,
): Promise<{ present: RawPath[]; absent: RawPath[] }> {
  const present: RawPath[] = [];
  const absent: RawPath[] = [];
  for (const path of paths) {
    const found = await disk.look(path);
    const storable = found !== undefined && (found.isFile() || found.isSymbolicLink());
    (storable ? present : absent).push(path);
  }
  return { present, absent };
}

/** Names that git takes for its own folder on some system and therefore never stores. */
function isRefusedByGit(path: RawPath): boolean {
  const plain = path.replace(/\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf/g, "");
  return /(^|\/)(\.git|git~1)[ .]*(:[^/]*)?(\/|$)/i.test(plain);
}

async function asyncFilter<Item>(
  items: readonly Item[],
  test: (item: Item) => Promise<boolean>,
): Promise<Item[]> {
  const kept: Item[] = [];
  for (const item of items) if (await test(item)) kept.push(item);
  return kept;
}
