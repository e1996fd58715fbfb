import { timingSafeEqual } from "node:crypto";
import { chmod } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { HOOK_PROTOCOLS, type HookProtocol, oneOf } from "@breakwater/agents";
import { answerCall, type HookJudge } from "./answer-call.ts";
import { DOOR_PATIENCE_MS, encodeAnswer, MOST_PAYLOAD, NO_ANSWER, readRequest } from "./frame.ts";

/** A door that listens; closing lets no connection live on. */
export type ListeningDoor = { readonly close: () => Promise<void> };

/** Opens the Unix socket of a door with mode 0600; rejects where its path cannot be bound. */
export async function openSocketDoor(path: string, token: string, judge: HookJudge): Promise<ListeningDoor> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, token, judge);
  });
  await listening(server, () => server.listen(path));
  await chmod(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Resolves when a server listens, rejects when it cannot. */
export function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve();
    });
    listen();
  });
}

/** One call for each connection; what is no call gets a denial. */
function serve(socket: Socket, token: string, judge: HookJudge): void {
  let bytes: Buffer = Buffer.alloc(0);
  let settled = false;
  const answer = (given: Buffer): void => {
    clearTimeout(timer);
    if (socket.writable) socket.end(given);
  };
  const refuse = (): void => {
    settled = true;
    answer(encodeAnswer(NO_ANSWER));
  };
  const timer = setTimeout(refuse, DOOR_PATIENCE_MS);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => clearTimeout(timer));
  socket.on("data", (chunk: Buffer) => {
    if (settled) return;
    bytes = Buffer.concat([bytes, chunk]);
    const read = readRequest(bytes);
    if (read.kind === "open" && bytes.length <= MOST_PAYLOAD + MOST_HEADER) return;
    const protocol = read.kind === "whole" ? readProtocol(read.value.protocol) : undefined;
    if (read.kind !== "whole" || protocol === undefined || !isToken(read.value.token, token)) return refuse();
    settled = true;
    void answerCall(read.value.payload, protocol, judge).then((given) => answer(encodeAnswer(given)));
  });
}

const MOST_HEADER = 512;

function readProtocol(word: string): HookProtocol | "auto" | undefined {
  return oneOf<HookProtocol | "auto">(word, [...HOOK_PROTOCOLS, "auto"]);
}

/** Compares without telling by its time how much was right. */
export function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
