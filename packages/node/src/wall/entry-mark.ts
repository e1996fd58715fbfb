import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * The proof that a command came to run inside a wall: a file that lies out of everybody's reach inside. It is
 * opened before the wall is put up, written to by the first process inside, and closed before the command
 * begins, so that no command can make it, take it away or empty it.
 */
export function entryMark(own: string): string {
  return join(own, "entered");
}

/** The words before those that put up the wall. */
export function openMark(own: string): readonly [string, ...string[]] {
  return ["/bin/sh", "-c", OPEN, entryMark(own)];
}

/** The words of the first process inside. */
export const ENTRY: readonly string[] = ["/bin/sh", "-c", 'echo >&9 && exec 9>&- && exec "$@"', "enter"];

const OPEN = 'exec 9>>"$0" && exec "$@"';

/** Whether a command came to run inside since this was asked last. */
export async function takeMark(own: string): Promise<boolean> {
  const text = await readFile(entryMark(own)).catch(() => undefined);
  await rm(entryMark(own), { force: true });
  return text !== undefined && text.length > 0;
}
