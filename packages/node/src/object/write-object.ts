import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, open, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { commitId, fail, ok } from "@breakwater/core";
import type { CommitId, Failure, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { diskFailure, errorCode } from "../workspace/disk-failure.ts";
import { formatTree } from "./tree-entry.ts";
import type { TreeEntry } from "./tree-entry.ts";

const compress = promisify(deflate);

/** `like` is any id of the repository: its length names the hash. `durable` waits for the disk. */
export type WriteOptions = { readonly like: string; readonly durable?: boolean };

/** Writes a tree object and gives its id; one that is there already stays. */
export function writeTreeObject(
  context: GitContext,
  entries: readonly TreeEntry[],
  options: WriteOptions,
): Promise<Result<string>> {
  return writeObject(context, { kind: "tree", body: formatTree(entries) }, options);
}

/** Writes a commit object from its text and gives its id; one that is there already stays. */
export async function writeCommitObject(
  context: GitContext,
  text: string,
  options: WriteOptions,
): Promise<Result<CommitId>> {
  const body = Buffer.from(text, "utf8");
  const written = await writeObject(context, { kind: "commit", body }, options);
  return written.ok ? ok(commitId(written.value)) : written;
}

/**
 * Writes one loose object as git does: aside, read-only, then renamed into place, so that nobody ever reads
 * half of it. A second write of the same content changes nothing but the object's age, which keeps it from
 * being pruned. Fails with BW720 or BW721 where the disk refuses.
 */
async function writeObject(
  context: GitContext,
  object: { readonly kind: "tree" | "commit"; readonly body: Buffer },
  options: WriteOptions,
): Promise<Result<string>> {
  const bytes = Buffer.concat([Buffer.from(`${object.kind} ${object.body.length}\0`), object.body]);
  const id = createHash(options.like.length === 64 ? "sha256" : "sha1")
    .update(bytes)
    .digest("hex");
  const objects = join(context.commonDir, "objects");
  const file = join(objects, id.slice(0, 2), id.slice(2));
  try {
    if (await freshened(file)) return ok(id);
    await makeFanOut(objects, dirname(file));
    await place(file, await compress(bytes, { level: 1 }), options.durable === true);
    return ok(id);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === undefined) throw cause;
    return fail(
      REFUSALS.includes(code) ? diskFailure(cause, "Writing an object") : notWritten(String(cause)),
    );
  }
}

/** What a disk answers that is full or may not be written. */
const REFUSALS: readonly string[] = ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EPERM"];

function notWritten(cause: string): Failure {
  return {
    code: "BW712",
    message: `an object could not be written: ${cause}`,
    fix: "Run git fsck; somebody may have moved or deleted folders of the repository.",
  };
}

async function freshened(file: string): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(file, now, now);
    return true;
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return false;
    // Somebody else's object that we may not touch is an object all the same.
    return errorCode(cause) === "EPERM" || errorCode(cause) === "EACCES" ? isFile(file) : false;
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A repository that several users share shows it in the mode of its object folder; ours follow it. */
async function makeFanOut(objects: string, folder: string): Promise<void> {
  try {
    await mkdir(folder);
    await chmod(folder, (await stat(objects)).mode & 0o7777);
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST") throw cause;
  }
}

async function place(file: string, content: Buffer, durable: boolean): Promise<void> {
  const aside = join(dirname(file), `tmp_obj_${randomBytes(8).toString("hex")}`);
  try {
    const handle = await open(aside, "wx", 0o444);
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
}
