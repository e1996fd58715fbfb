import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { DOOR_SOCKET } from "./frame.ts";

/** The smallest limit of a socket's name among the systems we run on, with its final NUL. */
const MOST_SOCKET_PATH = 104;

/** Where the door for hooks of an attempt lies: beside the result file, or in a folder of this user where a socket's name would be too long. */
export function doorFolder(resultFile: string): string {
  const wanted = resultFile.replace(/\.result\.json$/u, ".door");
  if (Buffer.byteLength(join(wanted, DOOR_SOCKET)) < MOST_SOCKET_PATH) return wanted;
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 24);
  return join(tmpdir(), `breakwater-${userInfo().uid}`, `${name}.door`);
}
