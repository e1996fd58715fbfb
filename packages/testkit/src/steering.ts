import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, LineReader, parseJson, textOf } from "@breakwater/agents";

/** A scripted agent that waits at a named point. */
export type Arrival = { readonly name: string; readonly attempt: string };

/**
 * The test's hand on scripted agents: their `wait` steps announce themselves here and go on when the test
 * releases them, so that any interleaving can be scripted without a sleep. Give `path` to the agents as the
 * runtime option `steering`.
 */
export type Steering = {
  readonly path: string;
  /** Resolves when an agent has come to the point, at once if it did before; of one attempt where one is named. */
  readonly arrived: (name: string, attempt?: string) => Promise<Arrival>;
  /** Lets everybody pass the point, now and later. */
  readonly release: (name: string) => void;
  /** All arrivals so far, in order. */
  readonly arrivals: () => readonly Arrival[];
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Opens a steering socket in a temporary folder of its own. */
export async function openSteering(): Promise<Steering> {
  const folder = mkdtempSync(join(tmpdir(), "steering-"));
  const path = join(folder, "s.sock");
  const board = new ArrivalBoard();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const lines = new LineReader(64 * 1024, (line) => board.take(parseJson(line.text), socket));
    socket.on("data", (chunk: Buffer) => lines.add(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    path,
    arrived: (name, attempt) => board.arrived(name, attempt),
    release: (name) => board.release(name),
    arrivals: () => board.arrivals,
    close,
    [Symbol.asyncDispose]: close,
  };
}

class ArrivalBoard {
  readonly arrivals: Arrival[] = [];
  readonly #released = new Set<string>();
  readonly #waiting: { readonly name: string; readonly socket: Socket }[] = [];
  #expected: { readonly matches: (arrival: Arrival) => boolean; readonly met: (arrival: Arrival) => void }[] =
    [];

  take(value: unknown, socket: Socket): void {
    const name = isJsonObject(value) ? textOf(value.arrive) : undefined;
    if (name === undefined || !isJsonObject(value)) return;
    const arrival = { name, attempt: textOf(value.attempt) ?? "" };
    this.arrivals.push(arrival);
    this.#waiting.push({ name, socket });
    if (this.#released.has(name)) letGo(socket, name);
    const met = this.#expected.filter((each) => each.matches(arrival));
    this.#expected = this.#expected.filter((each) => !met.includes(each));
    for (const each of met) each.met(arrival);
  }

  arrived(name: string, attempt: string | undefined): Promise<Arrival> {
    const matches = (arrival: Arrival): boolean =>
      arrival.name === name && (attempt === undefined || arrival.attempt === attempt);
    const before = this.arrivals.find(matches);
    if (before !== undefined) return Promise.resolve(before);
    return new Promise((met) => this.#expected.push({ matches, met }));
  }

  release(name: string): void {
    this.#released.add(name);
    for (const each of this.#waiting) if (each.name === name) letGo(each.socket, name);
  }
}

function letGo(socket: Socket, name: string): void {
  if (socket.writable) socket.write(`${JSON.stringify({ release: name })}\n`);
}
