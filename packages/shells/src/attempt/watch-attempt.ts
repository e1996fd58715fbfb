import { connect, type Socket } from "node:net";
import type { AttemptReport, AttemptUsage } from "@breakwater/core";
import { isSameProcessAlive } from "@breakwater/node";
import { type AttemptHandle, findAttempt } from "./attempt-client.ts";
import type { Denial } from "../door/door.ts";
import { lostReport } from "./result-file.ts";
import type { Stagnation } from "./stagnation.ts";
import { hearLines, readFromHost, type Seen, sendLine } from "./wire.ts";

/** What a coordinator hears of an attempt. `exited` comes exactly once and last. */
export type AttemptEvent =
  | {
      readonly kind: "progressed";
      readonly usage: AttemptUsage;
      readonly now: string;
      readonly session?: string;
    }
  | { readonly kind: "denied"; readonly denial: Denial }
  | { readonly kind: "stagnated"; readonly stagnation: Stagnation }
  | { readonly kind: "exited"; readonly report: AttemptReport };

export type AttemptWatch = {
  /** Resolves after `exited` was heard, or after `leave`. */
  readonly ended: Promise<void>;
  /** Stops watching; the attempt goes on for the time that it may go on alone. */
  readonly leave: () => void;
};

/**
 * Follows an attempt to its end, started or adopted. Each denial and loop is heard once: `seen` is how many
 * of this attempt were recorded before. The report is read from the result file, never from the line; a host
 * that dies without one gives a report that says lost, and what it left running is ended.
 */
export function watchAttempt(
  handle: AttemptHandle,
  onEvent: (event: AttemptEvent) => void,
  seen: Seen = { denialsSeen: 0, stagnationsSeen: 0 },
): AttemptWatch {
  const watch = new Watch(handle, onEvent, seen);
  return { ended: watch.follow(), leave: () => watch.leave() };
}

class Watch {
  readonly #handle: AttemptHandle;
  readonly #onEvent: (event: AttemptEvent) => void;
  #denialsSeen: number;
  #stagnationsSeen: number;
  #usage: AttemptUsage | undefined;
  #left = false;
  #socket: Socket | undefined;
  #wake: () => void = () => {};

  constructor(handle: AttemptHandle, onEvent: (event: AttemptEvent) => void, seen: Seen) {
    this.#handle = handle;
    this.#onEvent = onEvent;
    this.#denialsSeen = seen.denialsSeen;
    this.#stagnationsSeen = seen.stagnationsSeen;
  }

  leave(): void {
    this.#left = true;
    this.#socket?.destroy();
    this.#wake();
  }

  async follow(): Promise<void> {
    const deadline = Date.now() + longestLife(this.#handle);
    while (!this.#left) {
      await this.#listen();
      if (this.#left) return;
      const found = await findAttempt(this.#handle.order);
      if (found.kind === "finished") {
        for (const denial of found.denials.slice(this.#denialsSeen))
          this.#onEvent({ kind: "denied", denial });
        for (const stagnation of found.stagnations.slice(this.#stagnationsSeen))
          this.#onEvent({ kind: "stagnated", stagnation });
        return this.#exited(found.report);
      }
      if (found.kind === "lost") {
        for (const denial of found.denials) this.#onEvent({ kind: "denied", denial });
        return this.#exited(lostReport(found, this.#usage));
      }
      if (found.kind === "never-started")
        return this.#exited(lostReport({ reason: "its start marker is gone" }, this.#usage));
      if (Date.now() > deadline && isSameProcessAlive(this.#handle.identity) === "unknown") {
        return this.#exited(
          lostReport({ reason: "nothing was heard of it until long after its time" }, this.#usage),
        );
      }
      await this.#pause();
    }
  }

  /** Holds a line to the host for as long as there is one. */
  #listen(): Promise<void> {
    return new Promise((resolve) => {
      const { socketPath, token } = this.#handle.order;
      const socket = connect(socketPath);
      this.#socket = socket;
      hearLines(socket, (value) => this.#take(value));
      socket.on("close", () => resolve());
      sendLine(socket, {
        kind: "hello",
        token,
        watch: true,
        denialsSeen: this.#denialsSeen,
        stagnationsSeen: this.#stagnationsSeen,
      });
    });
  }

  #take(value: unknown): void {
    const message = readFromHost(value);
    if (message === undefined || this.#left) return;
    if (message.kind === "progress") {
      const { kind: _, ...progress } = message;
      this.#usage = progress.usage;
      this.#onEvent({ kind: "progressed", ...progress });
    }
    if (message.kind === "stagnated" && message.n > this.#stagnationsSeen) {
      this.#stagnationsSeen = message.n;
      this.#onEvent({ kind: "stagnated", stagnation: message.stagnation });
    }
    if (message.kind !== "denied" || message.n <= this.#denialsSeen) return;
    this.#denialsSeen = message.n;
    this.#onEvent({ kind: "denied", denial: message.denial });
  }

  #exited(report: AttemptReport): void {
    this.#onEvent({ kind: "exited", report });
  }

  /** The host lives and its line broke: it is about to exit, or its socket file was taken away. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#wake = () => (clearTimeout(timer), resolve());
    });
  }
}

const RETRY_MS = 100;

/** After this an attempt has ended by its own timers, whatever it did. */
function longestLife({ order }: AttemptHandle): number {
  return order.limits.wallMs + order.limits.graceMs + 60_000;
}
