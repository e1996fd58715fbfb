import type { Failure } from "@breakwater/core";

/**
 * The failure for a system call on a file that the machine refused; `doing` completes "… failed". Any
 * other error is our bug and is thrown on.
 */
export function diskFailure(cause: unknown, doing: string): Failure {
  const code = errorCode(cause);
  if (code === "ENOSPC" || code === "EDQUOT")
    return {
      code: "BW721",
      message: `${doing} failed: the disk is full`,
      fix: "Free disk space (breakwater gc removes old workspaces) and run the same command again.",
    };
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return {
      code: "BW720",
      message: `${doing} failed: ${String(cause)}`,
      fix: "Make the named folder writable, or choose another place with the key workspace-root.",
    };
  throw new Error(`${doing} failed in a way that is not foreseen: ${String(cause)}`, { cause });
}

/** The code of a system error, for instance `ENOENT`; undefined for anything else. */
export function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}
