import type { Failure } from "@breakwater/core";

/** Why an attempt has no door for hooks. */
export function noHookDoor(reason: string): Failure {
  return {
    code: "BW747",
    message: `the door for hooks could not be opened: ${reason}`,
    why: "A client that asks by hooks would run without anybody judging its calls.",
    fix: "Check that the session's folder can be written and is on a file system with sockets, then retry.",
  };
}
