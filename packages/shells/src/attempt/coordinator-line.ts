import { timingSafeEqual } from "node:crypto";
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { present } from "@breakwater/agents";
import type { AttemptUsage } from "@breakwater/core";
import type { Denial } from "../door/door.ts";
import type { AttemptOrder } from "./order.ts";
import type { Stagnation } from "./stagnation.ts";
import { type FromHost, hearLines, readToHost, sendLine, type ToHost } from "./wire.ts";

/** What a coordinator may ask of a host. */
export type CoordinatorWishes = {
  readonly steer: (text: string) => Promise<boolean>;
  readonly stop: (reason: string, force: boolean) => void;
  /** Called when the first watching coordinator comes and when the last one goes. */
  readonly attended: (attended: boolean) => void;
};

/**
 * The host's end of the line to coordinators: a Unix socket that any number of them may connect to with the
 * token of the order. A new watcher first hears the denials and loops that it has not seen and the present progress.
 */
export class CoordinatorLine {
  readonly #token: Buffer;
  readonly #wishes: CoordinatorWishes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Set<Socket>();
  readonly #denials: Denial[] = [];
  readonly #stagnations: Stagnation[] = [];
  #progress: FromHost | undefined;

  private constructor(token: string, wishes: CoordinatorWishes) {
    this.#token = Buffer.from(token);
    this.#wishes = wishes;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  /** Opens the socket; rejects when its path cannot be bound. A socket file left by a dead host is replaced. */
  static async open(order: AttemptOrder, wishes: CoordinatorWishes): Promise<CoordinatorLine> {
    const line = new CoordinatorLine(order.token, wishes);
    await mkdir(dirname(order.socketPath), { recursive: true, mode: 0o700 });
    await rm(order.socketPath, { force: true });
    await new Promise<void>((resolve, reject) => {
      line.#server.once("error", reject);
      line.#server.listen(order.socketPath, resolve);
    });
    await chmod(order.socketPath, 0o600);
    return line;
  }

  /** The denials so far, in order; at most `MOST_DENIALS`. */
  get denials(): readonly Denial[] {
    return this.#denials;
  }

  /** The loops so far, in order; at most `MOST_STAGNATIONS`. */
  get stagnations(): readonly Stagnation[] {
    return this.#stagnations;
  }

  progressed(usage: AttemptUsage, now: string, session: string | undefined): void {
    this.#progress = { kind: "progress", usage, now, ...present({ session }) };
    this.#tellAll(this.#progress);
  }

  denied(denial: Denial): void {
    if (this.#denials.length >= MOST_DENIALS) return;
    const n = this.#denials.push(denial);
    this.#tellAll({ kind: "denied", n, denial });
  }

  stagnated(stagnation: Stagnation): void {
    if (this.#stagnations.length >= MOST_STAGNATIONS) return;
    const n = this.#stagnations.push(stagnation);
    this.#tellAll({ kind: "stagnated", n, stagnation });
  }

  /** Says nothing more and lets every line drain, for a second at most. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const timer = setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), 1_000);
    for (const socket of this.#sockets) socket.end();
    await closed;
    clearTimeout(timer);
  }

  #tellAll(message: FromHost): void {
    for (const socket of this.#watchers) sendLine(socket, message);
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    let known = false;
    hearLines(socket, (value) => {
      const message = readToHost(value);
      if (message?.kind === "hello" && this.#isToken(message.token)) {
        known = true;
        return this.#welcome(socket, message);
      }
      return known && message !== undefined ? this.#obey(socket, message) : void socket.destroy();
    });
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (this.#watchers.delete(socket) && this.#watchers.size === 0) this.#wishes.attended(false);
    });
  }

  #welcome(socket: Socket, hello: Extract<ToHost, { kind: "hello" }>): void {
    sendLine(socket, { kind: "welcome" });
    if (!hello.watch || this.#watchers.has(socket)) return;
    this.#denials.slice(hello.denialsSeen).forEach((denial, index) => {
      sendLine(socket, { kind: "denied", n: hello.denialsSeen + index + 1, denial });
    });
    this.#stagnations.slice(hello.stagnationsSeen).forEach((stagnation, index) => {
      sendLine(socket, { kind: "stagnated", n: hello.stagnationsSeen + index + 1, stagnation });
    });
    if (this.#progress !== undefined) sendLine(socket, this.#progress);
    this.#watchers.add(socket);
    if (this.#watchers.size === 1) this.#wishes.attended(true);
  }

  #obey(socket: Socket, message: ToHost): void {
    switch (message.kind) {
      case "steer":
        void this.#wishes
          .steer(message.text)
          .then((delivered) => sendLine(socket, { kind: "steered", delivered }));
        return;
      case "stop":
        this.#wishes.stop(message.reason, message.force);
        sendLine(socket, { kind: "stopping" });
        return;
      case "hello":
        // A second hello with a wrong token.
        socket.destroy();
    }
  }

  #isToken(token: string): boolean {
    const given = Buffer.from(token);
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }
}

const MOST_DENIALS = 500;
const MOST_STAGNATIONS = 200;
