import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../door/place.ts";

/** Where an agent works: its workspace, and the layer of an overlay over it where there is one. */
export type WorkFolders = { readonly workspace: string; readonly layer?: string | undefined };

/**
 * A short hash of what the agent sees in a file of its workspace now, `missing` where there is none, and
 * `undefined` where that is not known: outside the workspace, no plain file, unreadable, or larger than 4 MiB.
 *
 * Synchronous on purpose: the look falls between a call and the next, before the agent goes on.
 */
export function contentHashOf(written: string, { workspace, layer }: WorkFolders): string | undefined {
  const place = placeOf(written, workspace);
  if (place.kind === "outside") return undefined;
  const above = layer === undefined ? "nothing" : inLayer(join(layer, place.path));
  if (above === "removed") return "missing";
  return hashIn(join(above === "file" && layer !== undefined ? layer : workspace, place.path));
}

/** What an overlay keeps of a path: a file that was written, or the mark of one that was removed. */
function inLayer(path: string): "file" | "removed" | "nothing" {
  try {
    const stat = lstatSync(path);
    return stat.isCharacterDevice() && stat.rdev === 0 ? "removed" : "file";
  } catch {
    return "nothing";
  }
}

function hashIn(path: string): string | undefined {
  let file: number;
  try {
    // Without O_NONBLOCK a pipe in place of the file would hold the host for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? "missing" : undefined;
  }
  try {
    const stat = fstatSync(file);
    return stat.isFile() && stat.size <= MOST_BYTES ? hashOf(file, stat.size) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

const MOST_BYTES = 4 * 1024 * 1024;

function hashOf(file: number, size: number): string {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const read = readSync(file, bytes, { offset: length, length: size - length });
    if (read === 0) break;
    length += read;
  }
  return createHash("sha256").update(bytes.subarray(0, length)).digest("hex").slice(0, 16);
}
