import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { readBlob, sizeOf } from "../object/read-object.ts";

/** Reads blobs in the order asked for. Meant for small ones: all are held in memory. */
export function readBlobs(context: GitContext, ids: readonly string[]): Promise<Result<readonly Buffer[]>> {
  return inOrder(ids.map((id) => readBlob(context, id)));
}

/** The sizes of objects in bytes, in the order asked for; undefined for one that is not there. */
export function sizesOf(
  context: GitContext,
  ids: readonly string[],
): Promise<Result<readonly (number | undefined)[]>> {
  return inOrder(ids.map((id) => sizeOf(context, id)));
}

async function inOrder<Value>(asked: readonly Promise<Result<Value>>[]): Promise<Result<readonly Value[]>> {
  const values: Value[] = [];
  for (const answer of await Promise.all(asked)) {
    if (!answer.ok) return answer;
    values.push(answer.value);
  }
  return ok(values);
}
