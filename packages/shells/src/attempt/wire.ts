import type { Socket } from "node:net";
import {
  isJsonObject,
  isTextList,
  type JsonObject,
  LineReader,
  numberOf,
  parseJson,
  present,
  textOf,
} from "@breakwater/agents";
import type { AttemptUsage } from "@breakwater/core";
import type { Denial } from "../door/door.ts";
import { readStagnation, type Stagnation } from "./stagnation.ts";

/** How much of an attempt its coordinator has recorded already. */
export type Seen = { readonly denialsSeen: number; readonly stagnationsSeen: number };

/** From the coordinator to the host. `hello` comes first; `watch` says that this line watches over the attempt. */
export type ToHost =
  | ({ readonly kind: "hello"; readonly token: string; readonly watch: boolean } & Seen)
  | { readonly kind: "steer"; readonly text: string }
  | { readonly kind: "stop"; readonly reason: string; readonly force: boolean };

/** From the host to the coordinator. `n` numbers the denials and the stagnations of an attempt from 1. */
export type FromHost =
  | { readonly kind: "welcome" }
  | {
      readonly kind: "progress";
      readonly usage: AttemptUsage;
      readonly now: string;
      /** The runtime's own id of the conversation, once it is known. */
      readonly session?: string;
    }
  | { readonly kind: "denied"; readonly n: number; readonly denial: Denial }
  | { readonly kind: "stagnated"; readonly n: number; readonly stagnation: Stagnation }
  | { readonly kind: "steered"; readonly delivered: boolean }
  | { readonly kind: "stopping" };

export function sendLine(socket: Socket, message: ToHost | FromHost): void {
  // A coordinator that does not read must cost a bounded amount of memory.
  if (socket.writableLength > MOST_UNSENT_BYTES) socket.destroy();
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Hears the lines of a socket; its errors end in `close`, which always comes. */
export function hearLines(socket: Socket, onLine: (value: unknown) => void): void {
  const lines = new LineReader(MOST_LINE_BYTES, (line) => onLine(parseJson(line.text)));
  socket.on("data", (chunk: Buffer) => lines.add(chunk));
  socket.on("error", () => socket.destroy());
}

export function readToHost(value: unknown): ToHost | undefined {
  if (!isJsonObject(value)) return undefined;
  const { kind, token, text, reason } = value;
  if (kind === "hello" && typeof token === "string") {
    return {
      kind,
      token,
      watch: value.watch === true,
      denialsSeen: numberOf(value.denialsSeen) ?? 0,
      stagnationsSeen: numberOf(value.stagnationsSeen) ?? 0,
    };
  }
  if (kind === "steer" && typeof text === "string") return { kind, text };
  if (kind === "stop" && typeof reason === "string") return { kind, reason, force: value.force === true };
  return undefined;
}

export function readFromHost(value: unknown): FromHost | undefined {
  if (!isJsonObject(value)) return undefined;
  const { kind } = value;
  if (kind === "welcome" || kind === "stopping") return { kind };
  if (kind === "steered") return { kind, delivered: value.delivered === true };
  if (kind === "progress" && isJsonObject(value.usage)) {
    const session = present({ session: textOf(value.session) });
    return { kind, usage: readUsage(value.usage), now: textOf(value.now) ?? "", ...session };
  }
  const n = numberOf(value.n);
  const stagnation = readStagnation(value.stagnation);
  if (kind === "stagnated" && n !== undefined && stagnation !== undefined) return { kind, n, stagnation };
  const denial = isJsonObject(value.denial) ? readDenial(value.denial) : undefined;
  return kind === "denied" && n !== undefined && denial !== undefined ? { kind, n, denial } : undefined;
}

const MOST_LINE_BYTES = 256 * 1024;
const MOST_UNSENT_BYTES = 4 * 1024 * 1024;

function readUsage(value: JsonObject): AttemptUsage {
  return {
    turns: numberOf(value.turns) ?? 0,
    toolCalls: numberOf(value.toolCalls) ?? 0,
    denials: numberOf(value.denials) ?? 0,
    ...present({
      inputTokens: numberOf(value.inputTokens),
      outputTokens: numberOf(value.outputTokens),
      usd: numberOf(value.usd),
    }),
  };
}

function readDenial(value: JsonObject): Denial | undefined {
  const fields = [value.tool, value.path, value.rule];
  if (!isTextList(fields)) return undefined;
  const [tool = "", path = "", rule = ""] = fields;
  return {
    tool,
    path,
    rule,
    allowed: value.allowed === true,
    forAgent: textOf(value.forAgent) ?? "",
    forPerson: textOf(value.forPerson) ?? "",
  };
}
