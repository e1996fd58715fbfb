import { ok } from "@breakwater/core";
import type { CommitId, Result, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { objectGit, writeEngineCommit } from "./engine-git.ts";
import { withPrivateFolder } from "../process/private-folder.ts";
import { indexOf, writeTree } from "./private-index.ts";
import { rawBytes } from "./raw-path.ts";
import { rawChanges } from "./tree-change.ts";
import type { FileChange } from "./tree-change.ts";

/** A commit on `head` that shall hold only `changes`, with this message and time (seconds). */
export type KeptRequest = {
  readonly context: GitContext;
  readonly head: CommitId;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly seconds: number;
};

/**
 * Writes a commit on `head` whose tree differs from it in exactly the given changes. Undefined where no
 * such tree exists: one of the changes needs another that is not among them, as when a file gives way to a
 * folder. The same request always gives the same commit.
 */
export function writeKeptPart(
  request: KeptRequest,
): Promise<Result<{ readonly commit: CommitId; readonly tree: TreeId } | undefined>> {
  const { context, head, changes } = request;
  return withPrivateFolder(async (folder) => {
    const index = await indexOf(context, folder, head);
    if (!index.ok) return index;
    const stdin = rawBytes([...changes].sort(deletionsFirst).map(indexLine).join(""));
    const put = await objectGit(index.value, ["update-index", "-z", "--index-info"], {
      stdin,
      okCodes: [0, 128],
    });
    if (!put.ok) return put;
    if (put.value.code !== 0) return ok(undefined);
    const tree = await writeTree(index.value);
    if (!tree.ok) return tree;
    const differs = await rawChanges(context, head, tree.value);
    if (!differs.ok) return differs;
    if (!sameChanges(differs.value, changes)) return ok(undefined);
    const { message, seconds } = request;
    const commit = await writeEngineCommit(context, { tree: tree.value, parent: head, message, seconds });
    return commit.ok ? ok({ commit: commit.value, tree: tree.value }) : commit;
  });
}

function deletionsFirst(a: FileChange, b: FileChange): number {
  return Number(b.kind === "deleted") - Number(a.kind === "deleted");
}

function indexLine(change: FileChange): string {
  const mode = change.kind === "deleted" ? "0" : change.newMode;
  return `${mode} ${change.newId}\t${change.raw}\0`;
}

/** What was written is compared with what was asked for, so that nothing else can ever get in this way. */
function sameChanges(a: readonly FileChange[], b: readonly FileChange[]): boolean {
  const key = (change: FileChange): string => `${change.newMode} ${change.newId} ${change.raw}`;
  const wanted = new Set(b.map(key));
  return a.length === wanted.size && a.every((change) => wanted.has(key(change)));
}
