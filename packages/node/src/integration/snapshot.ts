import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { AttemptId, CommitId, Failure, Result, SessionId, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readCommit } from "../object/read-object.ts";
import { isThere } from "../workspace/worktree-registry.ts";
import { treeOf, writeEngineCommit } from "./engine-git.ts";
import type { TrustedIndex } from "./index-entry.ts";
import { withPrivateFolder } from "../process/private-folder.ts";
import { copyIndex, copyWithAge, writeTree } from "./private-index.ts";
import { rawPath, readablePath } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";
import { sessionRefs } from "./ref-name.ts";
import { createRef, forceRef, readRef } from "./refs.ts";
import { rawChanges } from "./tree-change.ts";
import { scanWorkspace, stageScan } from "./workspace-scan.ts";
import type { Scan } from "./workspace-scan.ts";

/** A folder that an attempt works in, and the git folder that the engine made for it. Both absolute. */
export type WorkspacePlace = { readonly path: string; readonly gitDir: string };

/**
 * Whose files shall be recorded, and on which base. `leaveOut` are paths inside the workspace that the
 * engine put there itself, for instance dependency folders; `now` is the time of the commit in
 * milliseconds since the epoch (default: the clock).
 */
export type SnapshotRequest = {
  readonly context: GitContext;
  readonly workspace: WorkspacePlace;
  readonly base: CommitId;
  readonly attempt: AttemptId;
  readonly session: SessionId;
  readonly leaveOut?: readonly string[];
  readonly now?: number;
  /**
   * An index that holds `base` and was never in the agent's reach. With it git is asked less, and the index
   * of the result stays beside it, under `recordedIndex`, for whoever asks soon whether the files changed.
   */
  readonly pristine?: string;
};

/** Where the index of a recorded result lies, beside the pristine one. */
export function recordedIndex(pristine: string, result: CommitId): string {
  return `${pristine}.${result}`;
}

/**
 * A workspace as a commit whose parent is the base. `changed` counts paths. `leftOut` names files that are
 * in no commit although no rule of the base ignores them: a workspace with such files must be kept.
 */
export type ResultSnapshot = {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly changed: number;
  readonly leftOut: readonly string[];
};

/**
 * Records a finished attempt's workspace under the attempt's ref, which is written once. Called again with
 * the same files it gives the same answer; with other files it fails with BW723 and keeps the newer ones
 * under a snapshot ref. Writes to no index but its own; runs no hook, filter or program of the workspace.
 * What counts as a result is decided in `docs/adr/0005-how-results-reach-the-branch.md`.
 */
export async function snapshotResult(request: SnapshotRequest): Promise<Result<ResultSnapshot>> {
  const recorded = await recordWorkspace(request, `${request.attempt}: result`);
  return recorded.ok ? pinResult(request, recorded.value) : recorded;
}

/** Points the attempt's ref at a recorded result, once; the rules are those of `snapshotResult`. */
export async function pinResult(
  request: SnapshotRequest,
  recorded: ResultSnapshot,
): Promise<Result<ResultSnapshot>> {
  const { context, attempt, session } = request;
  const ref = sessionRefs(session).result(attempt);
  const made = await createRef(context, ref, recorded.commit);
  if (!made.ok) return made;
  if (made.value.moved) return ok(recorded);
  const { found } = made.value;
  return found === undefined ? fail(vanished(ref)) : matchExisting(request, recorded, found);
}

/** Records a workspace that is still being worked on; each call replaces the attempt's last progress. */
export async function snapshotProgress(request: SnapshotRequest): Promise<Result<ResultSnapshot>> {
  const recorded = await recordWorkspace(request, `${request.attempt}: in progress`);
  if (!recorded.ok) return recorded;
  const ref = sessionRefs(request.session).snapshot(request.attempt);
  const set = await forceRef(request.context, ref, recorded.value.commit);
  return set.ok ? recorded : set;
}

/** The recorded result of an attempt, or undefined when there is none; for finding out after a crash. */
export async function findResult(request: {
  readonly context: GitContext;
  readonly session: SessionId;
  readonly attempt: AttemptId;
}): Promise<Result<Omit<ResultSnapshot, "leftOut"> | undefined>> {
  const { context } = request;
  const commit = await readRef(context, sessionRefs(request.session).result(request.attempt));
  if (!commit.ok || commit.value === undefined) return commit.ok ? ok(undefined) : commit;
  const read = await readCommit(context, commit.value);
  if (!read.ok) return read;
  const { tree, parents } = read.value;
  const changed = await countChanged(context, parents[0] ?? commit.value, tree);
  return changed.ok ? ok({ commit: commit.value, tree, changed: changed.value }) : changed;
}

/** Writes the files of a workspace as a commit; no ref points at it yet. */
export function recordWorkspace(request: SnapshotRequest, message: string): Promise<Result<ResultSnapshot>> {
  const { context, base, pristine } = request;
  return withPrivateFolder(async (folder) => {
    const trusted = pristine !== undefined && (await isThere(pristine)) ? pristine : undefined;
    const from = trusted === undefined ? undefined : { file: trusted, commit: base, untouched: trusted };
    const written = await writeFiles(request, folder, from);
    if (!written.ok) return written;
    const { tree, leftOut, index } = written.value;
    const seconds = Math.floor((request.now ?? Date.now()) / 1000);
    const draft = { tree, parent: base, message: `${message}\n`, seconds };
    const [commit, changed] = await Promise.all([
      writeEngineCommit(context, draft),
      countChanged(context, base, tree),
    ]);
    if (!commit.ok) return commit;
    if (!changed.ok) return changed;
    if (trusted !== undefined) await keepIndex(index, recordedIndex(trusted, commit.value));
    return ok({ commit: commit.value, tree, changed: changed.value, leftOut });
  });
}

/** Only saves a later look the trouble, so a disk that has no room for it costs nothing else. */
async function keepIndex(from: string, to: string): Promise<void> {
  const draft = `${to}.draft`;
  try {
    await copyWithAge(from, draft);
    await rename(draft, to);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/**
 * Whether the files of a workspace are still those of a result whose index was kept; undefined where it was
 * not. `leftOut` is as in a snapshot. Writes nothing.
 */
export async function isStillAsRecorded(
  request: SnapshotRequest & { readonly pristine: string },
  result: CommitId,
): Promise<Result<{ readonly same: boolean; readonly leftOut: readonly string[] } | undefined>> {
  const file = recordedIndex(request.pristine, result);
  if (!(await isThere(file))) return ok(undefined);
  return withPrivateFolder(async (folder) => {
    const scan = await scanFrom(request, folder, { file, commit: result, untouched: request.pristine });
    if (!scan.ok) return scan;
    const { put, removed, leftOut } = scan.value.scan;
    return ok({ same: put.length === 0 && removed.length === 0, leftOut: leftOut.map(readable) });
  });
}

type WrittenFiles = {
  readonly tree: TreeId;
  readonly leftOut: readonly string[];
  readonly index: string;
};

async function writeFiles(
  request: SnapshotRequest,
  folder: string,
  trusted: TrustedIndex | undefined,
): Promise<Result<WrittenFiles>> {
  const scanned = await scanFrom(request, folder, trusted);
  if (!scanned.ok) return scanned;
  const { files, scan } = scanned.value;
  const staged = await stageScan(files, scan);
  if (!staged.ok) return staged;
  const isEmpty = trusted !== undefined && scan.put.length === 0 && scan.removed.length === 0;
  const tree = isEmpty ? await treeOf(request.context, trusted.commit) : await writeTree(files);
  if (!tree.ok) return tree;
  return ok({ tree: tree.value, leftOut: scan.leftOut.map(readable), index: files.indexFile });
}

async function scanFrom(
  request: SnapshotRequest,
  folder: string,
  trusted: TrustedIndex | undefined,
): Promise<Result<{ readonly files: GitContext & { readonly indexFile: string }; readonly scan: Scan }>> {
  const { context, workspace, base } = request;
  const { gitDir, path } = workspace;
  const place = { ...context, gitDir, workTree: path, cwd: path };
  const copied = await copyIndex(place, folder, trusted?.file);
  const files = { ...copied, workTree: path, indexFile: copied.indexFile ?? join(folder, "index") };
  const leaveOut = (request.leaveOut ?? []).map(rawPath);
  const source = trusted === undefined ? {} : { trusted };
  const scan = await scanWorkspace({ context: files, folder, base, leaveOut, ...source });
  return scan.ok ? ok({ files, scan: scan.value }) : scan;
}

function readable(path: RawPath): string {
  return readablePath(path).path;
}

/** The ref is there: after a crash it holds this very result; otherwise two contents claim one attempt. */
async function matchExisting(
  request: SnapshotRequest,
  mine: ResultSnapshot,
  found: CommitId,
): Promise<Result<ResultSnapshot>> {
  const { context, attempt, session, base } = request;
  const read = await readCommit(context, found);
  if (!read.ok) return read;
  if (read.value.tree === mine.tree && read.value.parents.join() === base)
    return ok({ ...mine, commit: found });
  const spare = sessionRefs(session).snapshot(`${attempt}-${mine.tree.slice(0, 12)}`);
  const kept = await forceRef(context, spare, mine.commit);
  return kept.ok ? fail(otherResult(attempt, found, spare)) : kept;
}

async function countChanged(context: GitContext, from: CommitId, to: TreeId): Promise<Result<number>> {
  const listed = await rawChanges(context, from, to);
  return listed.ok ? ok(listed.value.length) : listed;
}

function otherResult(attempt: AttemptId, found: CommitId, spare: string): Failure {
  return {
    code: "BW723",
    message: `attempt ${attempt} already has the result ${found.slice(0, 12)}, and its workspace now holds other files`,
    why: "A result is recorded once, when its agent has ended; something wrote to the workspace afterwards.",
    fix: `Compare the two: git diff ${found.slice(0, 12)} ${spare}. The recorded result stays in force.`,
  };
}

function vanished(ref: string): Failure {
  return {
    code: "BW712",
    message: `the ref ${ref} was there and gone again within one moment`,
    why: "Another program deletes refs below refs/breakwater.",
    fix: "Find that program and stop it, then run the same command again.",
  };
}
