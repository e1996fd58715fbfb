import type { AgentEvent, ToolIntent } from "../contract.ts";
import { parseJson } from "../json-shape.ts";
import { LineReader } from "../line-reader.ts";
import type { BeginMessage, FromPlayer, ToPlayer } from "./protocol.ts";
import { readToPlayer } from "./protocol.ts";

/** The answer of the door to one call. */
export type DoorAnswer = Extract<ToPlayer, { readonly kind: "decision" }>;

/**
 * The player's end of its line to the host: JSON lines on stdin and stdout. A host that is gone closes the
 * line; then open questions are answered with a denial and `closed` resolves.
 */
export class HostLine {
  readonly begun: Promise<BeginMessage | undefined>;
  readonly closed: Promise<void>;
  readonly #answers = new Map<string, (answer: DoorAnswer) => void>();
  #listener: ((text: string) => void) | undefined;
  readonly #early: string[] = [];
  #begin: (message: BeginMessage | undefined) => void = () => {};
  #calls = 0;

  constructor(input: NodeJS.ReadableStream) {
    this.begun = new Promise((resolve) => (this.#begin = resolve));
    const lines = new LineReader(MOST_LINE_BYTES, (line) => this.#take(line.text));
    this.closed = new Promise((resolve) => {
      const end = (): void => resolve(this.#end());
      input.on("data", (chunk: Buffer) => lines.add(chunk));
      input.once("end", end);
      input.once("error", end);
    });
  }

  /** Hears every message, also those that came before this call; one listener at a time. */
  onMessage(listener: (text: string) => void): void {
    this.#listener = listener;
    for (const text of this.#early.splice(0)) listener(text);
  }

  /** Asks the door and waits for its answer, however long that takes. */
  ask(intent: Omit<ToolIntent, "call">): Promise<DoorAnswer> {
    const call = `call-${(this.#calls += 1)}`;
    return new Promise((resolve) => {
      this.#answers.set(call, resolve);
      send({ kind: "intent", intent: { call, ...intent } });
    });
  }

  tell(event: AgentEvent): void {
    send({ kind: "event", event });
  }

  end(end: Omit<Extract<FromPlayer, { kind: "end" }>, "kind">): void {
    send({ kind: "end", ...end });
  }

  #take(text: string): void {
    const message = readToPlayer(parseJson(text));
    switch (message?.kind) {
      case "begin":
        return this.#begin(message);
      case "decision":
        return this.#answer(message);
      case "message":
        return this.#listener === undefined
          ? void this.#early.push(message.text)
          : this.#listener(message.text);
      case undefined:
        return undefined;
    }
  }

  #answer(answer: DoorAnswer): void {
    this.#answers.get(answer.call)?.(answer);
    this.#answers.delete(answer.call);
  }

  #end(): void {
    this.#begin(undefined);
    for (const call of this.#answers.keys()) {
      this.#answer({ kind: "decision", call, allow: false, reason: "the host is gone" });
    }
  }
}

const MOST_LINE_BYTES = 16 * 1024 * 1024;

/** Pipes are written synchronously on POSIX, so a line is out before a following crash. */
function send(line: FromPlayer): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
