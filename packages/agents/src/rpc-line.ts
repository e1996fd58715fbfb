import { isJsonObject, type JsonObject, numberOf, parseJson, textOf } from "./json-shape.ts";
import { type BoundedLine, LineReader } from "./line-reader.ts";

/** The id of a request of the server, to be given back as it came. */
export type RequestId = string | number;

/** What the other end of a line says by itself. */
export type RpcMessage = {
  readonly method: string;
  readonly params: JsonObject;
  /** There where an answer is waited for. */
  readonly id?: RequestId;
};

export type RpcEnds = {
  /** Sent with each message, such as the version of the protocol. */
  readonly mark?: JsonObject;
  readonly write: (line: string) => void;
  readonly hear: (message: RpcMessage) => void;
  /** A line that is no message, or was too long to be one. */
  readonly strange: (line: BoundedLine) => void;
};

/** The other end refused a call; `message` is its text, `code` and `data` are what it said besides. */
export class RpcRefusal extends Error {
  readonly code: number | undefined;
  readonly data: unknown;

  constructor(message: string, code?: number, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/**
 * Calls and messages as JSON lines, in both directions. Feed it with `add`; `close` ends the line, and then
 * every call that is still open is refused.
 */
export class RpcLine {
  readonly #ends: RpcEnds;
  readonly #lines = new LineReader(MOST_LINE_BYTES, (line) => this.#take(line));
  readonly #open = new Map<
    number,
    { readonly answer: (value: JsonObject) => void; readonly refuse: (cause: Error) => void }
  >();
  #calls = 0;
  #closed = false;

  constructor(ends: RpcEnds) {
    this.#ends = ends;
  }

  add(chunk: Buffer): void {
    this.#lines.add(chunk);
  }

  /** Rejects with `RpcRefusal` where the other end refuses, or goes away. */
  call(method: string, params: JsonObject): Promise<JsonObject> {
    const id = (this.#calls += 1);
    return new Promise((answer, refuse) => {
      if (this.#closed) return refuse(new RpcRefusal(`${method}: the client is gone`));
      this.#open.set(id, { answer, refuse });
      this.#send({ id, method, params });
    });
  }

  notify(method: string, params?: JsonObject): void {
    this.#send({ method, ...(params === undefined ? {} : { params }) });
  }

  answer(id: RequestId, result: JsonObject): void {
    this.#send({ id, result });
  }

  refuse(id: RequestId, message: string): void {
    this.#send({ id, error: { code: -32601, message } });
  }

  close(): void {
    this.#lines.end();
    this.#closed = true;
    for (const { refuse } of this.#open.values()) refuse(new RpcRefusal("the client is gone"));
    this.#open.clear();
  }

  #send(message: JsonObject): void {
    this.#ends.write(`${JSON.stringify({ ...this.#ends.mark, ...message })}\n`);
  }

  #take(line: BoundedLine): void {
    const value = line.lost > 0 ? undefined : parseJson(line.text);
    if (!isJsonObject(value)) return this.#ends.strange(line);
    const method = textOf(value.method);
    const id = textOf(value.id) ?? numberOf(value.id);
    if (method !== undefined) {
      const params = isJsonObject(value.params) ? value.params : {};
      return this.#ends.hear({ method, params, ...(id === undefined ? {} : { id }) });
    }
    const waiting = typeof id === "number" ? this.#open.get(id) : undefined;
    if (waiting === undefined || typeof id !== "number") return this.#ends.strange(line);
    this.#open.delete(id);
    if (value.error === undefined) return waiting.answer(isJsonObject(value.result) ? value.result : {});
    const error = isJsonObject(value.error) ? value.error : {};
    const message = textOf(error.message) ?? "the client refused a call";
    waiting.refuse(new RpcRefusal(message, numberOf(error.code), error.data));
  }
}

/** Announced patches come with their whole text. */
const MOST_LINE_BYTES = 16 * 1024 * 1024;
