import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "@breakwater/core";
import { type BlockedRule, readBlockedCommands } from "@breakwater/guard";

/** Where a project keeps its command policy, relative to its root. */
export const COMMAND_POLICY = ".orchestrator/policy/blocked-commands.json";

const MOST_BYTES = 1024 * 1024;

/**
 * The command policy of a project over a floor; the floor alone where there is no file. Any other error than
 * "not there", a link and an oversized file are failures (BW780): a policy is understood whole or not at all.
 */
export async function readCommandPolicy(
  root: string,
  floor: readonly BlockedRule[],
): Promise<Result<readonly BlockedRule[]>> {
  const text = await readText(join(root, COMMAND_POLICY));
  if (!text.ok || text.value === undefined) return text.ok ? ok(floor) : text;
  return readBlockedCommands(text.value, floor);
}

async function readText(path: string): Promise<Result<string | undefined>> {
  // Without O_NONBLOCK a pipe in place of the file would hold the reader for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    const file = await open(path, flags);
    try {
      const found = await file.stat();
      if (!found.isFile()) return unreadable("it is no plain file");
      if (found.size > MOST_BYTES) return unreadable(`it has more than ${MOST_BYTES} bytes`);
      return ok((await file.readFile()).toString("utf8"));
    } finally {
      await file.close();
    }
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    return code === "ENOENT" ? ok(undefined) : unreadable(code);
  }
}

function unreadable(reason: string): Result<never> {
  return fail({
    code: "BW780",
    message: `the command policy ${COMMAND_POLICY} cannot be read: ${reason}`,
    why: "a policy that is half understood would let through what it forbids",
    fix: "make it a plain file that this user can read, or remove it",
  });
}
