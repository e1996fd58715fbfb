import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fail, ok, plainLine } from "@breakwater/core";
import type { Result } from "@breakwater/core";

/** Writes a file that does not exist yet, with its folders; fails with BW019, also where there is one. */
export function writeNewFile(file: string, text: string, cwd: string): Result<void> {
  const path = resolve(cwd, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
    return ok(undefined);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return fail({
      code: "BW019",
      message: `${plainLine(file)} cannot be written: ${reason}`,
      fix: "name a file that does not exist yet",
    });
  }
}
