import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { systemCode } from "../journal/journal-failure.ts";
import { inboxUnavailable } from "./inbox-failure.ts";

/** A place for a socket in a new folder that nobody else may enter. */
export type SocketPlace = { readonly path: string; readonly remove: () => Promise<void> };

/** macOS takes 103 bytes and a zero, Linux 107. */
const MAX_PATH_BYTES = 103;

/**
 * Makes a folder with mode 0700 for a socket, in the first of these that is writable and short enough:
 * `XDG_RUNTIME_DIR`, the folder for temporary files, `/tmp`. Its name cannot be guessed beforehand.
 */
export async function makeSocketPlace(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Result<SocketPlace>> {
  const reasons: string[] = [];
  for (const base of [env["XDG_RUNTIME_DIR"], env["TMPDIR"] ?? tmpdir(), "/tmp"]) {
    if (base === undefined || !isAbsolute(base)) continue;
    const prefix = join(base, "breakwater-");
    if (Buffer.byteLength(join(`${prefix}XXXXXX`, "inbox")) > MAX_PATH_BYTES) {
      reasons.push(`${base} is too long`);
      continue;
    }
    try {
      const folder = await mkdtemp(prefix);
      const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
      return ok({ path: join(folder, "inbox"), remove });
    } catch (cause) {
      reasons.push(`${base} cannot be written (${systemCode(cause)})`);
    }
  }
  return fail(inboxUnavailable(reasons.join(", ")));
}
