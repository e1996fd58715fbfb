import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { systemCode } from "../journal/journal-failure.ts";
import { inboxUnavailable, requestRefused } from "./inbox-failure.ts";
import { decodeRequestLine, encodeReply, MAX_MESSAGE_BYTES } from "./inbox-message.ts";
import type { Reply } from "./inbox-message.ts";
import { splitLines } from "./line-splitter.ts";
import type { InboxRequest } from "./request-codec.ts";
import { makeSocketPlace } from "./socket-place.ts";

export type OpenInboxOptions = {
  /** The secret of the lease; whoever does not send it is refused. */
  readonly token: string;
  /**
   * Called with each request, one at a time for each sender. Its value is the answer, plain JSON. A
   * rejection is our bug and reaches the sender as BW652.
   */
  readonly onRequest: (request: InboxRequest) => Promise<Result<Reply>>;
  /** How long a sender may be silent while nothing of it is worked on; 10 s when absent. */
  readonly idleMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

const IDLE_MS = 10_000;
const MAX_SENDERS = 32;

/**
 * Takes requests of other processes on a Unix socket. Held open by the holder of the lease; see
 * docs/spec/journal.md for the messages. What a sender does wrong ends its connection and nothing else.
 */
export class Inbox {
  readonly #server: Server;
  readonly #senders: ReadonlySet<Socket>;
  readonly #remove: () => Promise<void>;
  /** Where other processes connect; to be announced in the lease. */
  readonly socket: string;

  constructor(parts: {
    server: Server;
    senders: ReadonlySet<Socket>;
    socket: string;
    remove: () => Promise<void>;
  }) {
    this.#server = parts.server;
    this.#senders = parts.senders;
    this.#remove = parts.remove;
    this.socket = parts.socket;
  }

  /** Ends all connections and removes the socket; requests under way get no answer. */
  async close(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, "close");
      this.#server.close();
      for (const sender of this.#senders) sender.destroy();
      await closed;
    }
    await this.#remove();
  }
}

/** Opens an inbox at a place of its own; BW653 when there is none. */
export async function openInbox(options: OpenInboxOptions): Promise<Result<Inbox>> {
  const place = await makeSocketPlace(options.env);
  if (!place.ok) return place;
  const senders = new Set<Socket>();
  const server = createServer((socket) => {
    senders.add(socket);
    socket.once("close", () => senders.delete(socket));
    serve(socket, options);
  });
  server.maxConnections = MAX_SENDERS;
  const { path, remove } = place.value;
  try {
    server.listen(path);
    await once(server, "listening");
  } catch (cause) {
    await remove();
    return fail(inboxUnavailable(`${path} refused to listen (${systemCode(cause)})`));
  }
  // After listening an error concerns one connection that could not be accepted, such as EMFILE.
  server.on("error", () => {});
  return ok(new Inbox({ server, senders, socket: path, remove }));
}

function serve(socket: Socket, options: OpenInboxOptions): void {
  const splitter = splitLines(MAX_MESSAGE_BYTES);
  socket.on("error", () => socket.destroy());
  socket.setTimeout(options.idleMs ?? IDLE_MS, () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    const lines = splitter.push(chunk);
    if (lines === undefined) return refuse(socket, "it is too long");
    if (lines.length === 0) return;
    // Nothing more is read while a request is worked on, so that a sender cannot pile up work.
    socket.pause();
    socket.setTimeout(0);
    void answerAll(socket, lines, options);
  });
}

async function answerAll(socket: Socket, lines: readonly Buffer[], options: OpenInboxOptions): Promise<void> {
  for (const line of lines) {
    const request = decodeRequestLine(line, options.token);
    if (!request.ok) {
      socket.end(encodeReply(request));
      return;
    }
    socket.write(encodeReply(await judge(request.value, options)));
  }
  socket.setTimeout(options.idleMs ?? IDLE_MS);
  socket.resume();
}

async function judge(request: InboxRequest, options: OpenInboxOptions): Promise<Result<Reply>> {
  try {
    return await options.onRequest(request);
  } catch (cause) {
    return fail(requestRefused(`the session broke on it (${String(cause)})`));
  }
}

function refuse(socket: Socket, what: string): void {
  socket.pause();
  socket.end(encodeReply(fail(requestRefused(what))));
  socket.destroySoon();
}
