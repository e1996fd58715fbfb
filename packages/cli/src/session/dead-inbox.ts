import { lstat, rmdir, unlink } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { readLease } from "@breakwater/node";

/** The socket of whoever holds a lease now, as its last sign of life names it. */
export async function announcedInbox(folder: string): Promise<string | undefined> {
  const lease = await readLease(folder);
  return lease.ok && lease.value.kind === "held" ? lease.value.beat?.socket : undefined;
}

/**
 * Removes the socket that a holder left behind when it was killed, with its folder. Whatever is not a socket
 * alone in a folder is left alone, because the name comes from a file. Never fails: the leftover harms nobody.
 */
export async function removeDeadInbox(socket: string): Promise<void> {
  try {
    if (basename(socket) !== "inbox" || !(await lstat(socket)).isSocket()) return;
    await unlink(socket);
    await rmdir(dirname(socket));
  } catch {
    // Gone already, or not ours to remove.
  }
}
