import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  DOOR_PATIENCE_MS,
  DOOR_SOCKET,
  DOOR_TOKEN,
  encodeRequest,
  type HookAnswer,
  type HookRequest,
  MOST_ANSWER,
  MOST_PAYLOAD,
  NO_ANSWER,
  readAnswer,
} from "./frame.ts";

/**
 * Asks the door in a folder about one call. Whatever goes wrong, a door that is not there, frozen, slow, cut
 * off or talks nonsense, the answer is a denial; never rejects.
 */
export async function askDoor(
  folder: string,
  call: Pick<HookRequest, "protocol" | "payload">,
): Promise<HookAnswer> {
  try {
    if (Buffer.byteLength(call.payload) > MOST_PAYLOAD) return NO_ANSWER;
    const token = readFileSync(join(folder, DOOR_TOKEN), "utf8").trim();
    const bytes = await exchange(join(folder, DOOR_SOCKET), encodeRequest({ ...call, token }));
    return readAnswer(bytes) ?? NO_ANSWER;
  } catch {
    return NO_ANSWER;
  }
}

/** Sends a request and gives all that comes back before the other side closes in time. */
function exchange(path: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const socket = connect({ path });
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const give = (): void => end(() => resolve(Buffer.concat(chunks)));
    const timer = setTimeout(() => end(() => reject(new Error("the door is slow"))), DOOR_PATIENCE_MS);
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_ANSWER) give();
    });
    socket.on("end", give);
    socket.on("error", (cause) => end(() => reject(cause)));
    socket.on("close", give);
    socket.write(request);
  });
}
