import { randomBytes } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Whether a file may replace the one that has its name, or must be the first to have it. */
export type Publication = "replace" | "create";

/**
 * Puts a whole file in place, so that no reader ever sees half of it and a power cut leaves either the old
 * content or the new. With `create` the call throws EEXIST when the name is taken, however close the race:
 * `link(2)` decides. Throws the system's error otherwise; a temporary file never stays behind but after a
 * kill.
 */
export async function publishFile(
  path: string,
  content: string | Uint8Array,
  how: Publication,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeSynced(temporary, content);
    await (how === "replace" ? rename(temporary, path) : link(temporary, path));
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable, where the file system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot sync a folder; the content itself is synced already.
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
