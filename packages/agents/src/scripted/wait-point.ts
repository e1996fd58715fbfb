import { connect } from "node:net";
import { parseJson } from "../json-shape.ts";
import { isJsonObject } from "../json-shape.ts";
import { LineReader } from "../line-reader.ts";

/**
 * Announces on a steering socket that an attempt arrived at a named point and waits for its release.
 * Resolves to whether it was released; `false` when the socket is gone or the wait was given up.
 */
export function waitAt(
  socketPath: string,
  point: { readonly name: string; readonly attempt: string },
  giveUp: AbortSignal,
): Promise<boolean> {
  if (giveUp.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (released: boolean): void => {
      socket.destroy();
      resolve(released);
    };
    const lines = new LineReader(64 * 1024, (line) => {
      const message = parseJson(line.text);
      if (isJsonObject(message) && message.release === point.name) settle(true);
    });
    giveUp.addEventListener("abort", () => settle(false), { once: true });
    socket.on("data", (chunk: Buffer) => lines.add(chunk));
    socket.on("error", () => settle(false));
    socket.on("close", () => settle(false));
    socket.write(`${JSON.stringify({ arrive: point.name, attempt: point.attempt })}\n`);
  });
}
