import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { objectGit } from "./engine-git.ts";

/** Reads blobs in one go, in the order asked for. Meant for small ones: all are held in memory. */
export async function readBlobs(context: GitContext, ids: readonly string[]): Promise<Result<Buffer[]>> {
  if (ids.length === 0) return ok([]);
  const stdin = ids.map((id) => `${id}\n`).join("");
  const read = await objectGit(context, ["cat-file", "--batch=%(objectsize)"], { stdin });
  if (!read.ok) return read;
  const { stdout } = read.value;
  const blobs: Buffer[] = [];
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf(10, at);
    const head = stdout.toString("latin1", at, end);
    if (!/^\d+$/.test(head)) throw new Error(`Reading blobs: git answered ${head}`);
    blobs.push(stdout.subarray(end + 1, end + 1 + Number(head)));
    at = end + 1 + Number(head) + 1;
  }
  return ok(blobs);
}

/** The sizes of objects in bytes, in the order asked for; undefined for one that is not there. */
export async function sizesOf(
  context: GitContext,
  ids: readonly string[],
): Promise<Result<(number | undefined)[]>> {
  if (ids.length === 0) return ok([]);
  const stdin = ids.map((id) => `${id}\n`).join("");
  const read = await objectGit(context, ["cat-file", "--batch-check=%(objectsize)"], { stdin });
  if (!read.ok) return read;
  const lines = read.value.stdout.toString("latin1").split("\n").slice(0, ids.length);
  return ok(lines.map((line) => (/^\d+$/.test(line) ? Number(line) : undefined)));
}
