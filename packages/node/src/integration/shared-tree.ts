import { faultOfWrite, grantOf, ok } from "@breakwater/core";
import type { AttemptId, Result, TaskScope } from "@breakwater/core";
import { treeOf } from "./engine-git.ts";
import { writeKeptPart } from "./kept-part.ts";
import { readablePath } from "./raw-path.ts";
import { sessionRefs } from "./ref-name.ts";
import type { OwnRef } from "./ref-name.ts";
import { createRef, forceRef } from "./refs.ts";
import { pinResult, recordWorkspace } from "./snapshot.ts";
import type { ResultSnapshot, SnapshotRequest } from "./snapshot.ts";
import { rawChanges } from "./tree-change.ts";
import type { FileChange } from "./tree-change.ts";

/** One attempt in a shared tree that ended, and all others that worked there while it ran. */
export type SharedTreeRequest = SnapshotRequest & {
  readonly scope: TaskScope;
  readonly others: readonly { readonly attempt: AttemptId; readonly scope: TaskScope }[];
};

/**
 * The attempt's own result, and what nobody can be named for: `suspects` are all who might have written
 * it, and `quarantine` holds the whole shared tree as it was.
 */
export type SharedTreeResult = {
  readonly result: ResultSnapshot;
  readonly unattributed: readonly string[];
  readonly quarantine?: OwnRef;
  readonly suspects: readonly AttemptId[];
};

/**
 * Takes one attempt's result out of a tree in which several attempts write: the changes inside its own
 * scope. Changes inside the scope of another are that one's and are left alone. What is in no scope at all
 * is quarantined as unattributed. The result is pinned like that of `snapshotResult`, with the same answer
 * when it is asked again.
 */
export async function attributeSharedTree(request: SharedTreeRequest): Promise<Result<SharedTreeResult>> {
  const { context, base, attempt } = request;
  const whole = await recordWorkspace(request, `${attempt}: shared tree`);
  if (!whole.ok) return whole;
  const changes = await rawChanges(context, base, whole.value.commit);
  if (!changes.ok) return changes;
  const mine = changes.value.filter((change) => isGranted(request.scope, change));
  const result = await ownPart(request, mine, whole.value.leftOut);
  if (!result.ok) return result;
  const unattributed = changes.value.filter(
    (change) =>
      !isGranted(request.scope, change) && !request.others.some(({ scope }) => isGranted(scope, change)),
  );
  const lost = result.value.changed === mine.length ? [] : mine;
  const nobodys = [...unattributed, ...lost].map((change) => readablePath(change.raw).path);
  const pinned = await pinResult(request, result.value);
  if (!pinned.ok) return pinned;
  if (nobodys.length === 0) return ok({ result: pinned.value, unattributed: [], suspects: [] });
  const quarantine = await quarantineTree(request, whole.value);
  if (!quarantine.ok) return quarantine;
  const suspects = [attempt, ...request.others.map((other) => other.attempt)];
  return ok({ result: pinned.value, unattributed: nobodys, quarantine: quarantine.value, suspects });
}

function isGranted(scope: TaskScope, change: FileChange): boolean {
  return change.decodable && faultOfWrite(grantOf(scope), change.path) === undefined;
}

/** Changes that cannot stand without those of others (a file for a folder) are not guessed at: none is taken. */
async function ownPart(
  request: SharedTreeRequest,
  changes: readonly FileChange[],
  leftOut: readonly string[],
): Promise<Result<ResultSnapshot>> {
  const { context, base, attempt } = request;
  const message = `${attempt}: result\n`;
  const seconds = Math.floor((request.now ?? Date.now()) / 1000);
  const part = await writeKeptPart({ context, head: base, changes, message, seconds });
  if (!part.ok) return part;
  if (part.value !== undefined) return ok({ ...part.value, changed: changes.length, leftOut });
  const tree = await treeOf(context, base);
  if (!tree.ok) return tree;
  const none = await writeKeptPart({ context, head: base, changes: [], message, seconds });
  if (!none.ok) return none;
  return ok({ commit: none.value?.commit ?? base, tree: tree.value, changed: 0, leftOut });
}

async function quarantineTree(request: SharedTreeRequest, whole: ResultSnapshot): Promise<Result<OwnRef>> {
  const { context, session, attempt } = request;
  const ref = sessionRefs(session).quarantine(attempt);
  const made = await createRef(context, ref, whole.commit);
  if (!made.ok) return made;
  if (made.value.moved) return ok(ref);
  const kept = await treeOf(context, made.value.found ?? whole.commit);
  if (!kept.ok || kept.value === whole.tree) return kept.ok ? ok(ref) : kept;
  const further: OwnRef = `${ref}-${whole.tree.slice(0, 12)}`;
  const set = await forceRef(context, further, whole.commit);
  return set.ok ? ok(further) : set;
}
