import { attemptId, type AttemptId, type RuntimeErrorClass, taskId } from "@breakwater/core";
import type { AgentEvent, ToolIntent, UsageDelta } from "../contract.ts";
import { TOOL_KINDS } from "../contract.ts";
import {
  isJsonObject,
  isTextList,
  type JsonObject,
  numberOf,
  oneOf,
  present,
  textOf,
} from "../json-shape.ts";
import { ERROR_CLASSES } from "./read-script.ts";

/** What the player is told first; one JSON line on its stdin. */
export type BeginMessage = {
  readonly attempt: AttemptId;
  readonly round: number;
  readonly prompt: string;
  readonly report?: "review";
  readonly scripts?: string;
  readonly steering?: string;
  /** Where conversations are kept, and the one to go on with. */
  readonly conversations?: string;
  readonly resume?: string;
  /** A hook to start before each tool call, in place of asking on this line. */
  readonly hook?: readonly string[];
};

/** Lines from the host to the player. */
export type ToPlayer =
  | ({ readonly kind: "begin" } & BeginMessage)
  | { readonly kind: "decision"; readonly call: string; readonly allow: boolean; readonly reason: string }
  | { readonly kind: "message"; readonly text: string };

/** Lines from the player to the host. */
export type FromPlayer =
  | { readonly kind: "event"; readonly event: AgentEvent }
  | { readonly kind: "intent"; readonly intent: ToolIntent }
  | { readonly kind: "end"; readonly message: string; readonly error?: PlayerError };

export type PlayerError = {
  readonly class: RuntimeErrorClass | "script";
  readonly message: string;
  readonly retryAfterMs?: number;
};

/** Reads a line of the player; `undefined` for what is not part of the protocol. */
export function readFromPlayer(value: unknown): FromPlayer | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value.kind === "intent") {
    const intent = readIntent(value.intent);
    return intent === undefined ? undefined : { kind: "intent", intent };
  }
  if (value.kind === "event") {
    const event = isJsonObject(value.event) ? readEvent(value.event) : undefined;
    return event === undefined ? undefined : { kind: "event", event };
  }
  const message = textOf(value.message);
  if (value.kind !== "end" || message === undefined) return undefined;
  return { kind: "end", message, ...present({ error: readError(value.error) }) };
}

/** Reads a line of the host; `undefined` for what is not part of the protocol. */
export function readToPlayer(value: unknown): ToPlayer | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value.kind === "begin") return readBegin(value);
  if (value.kind === "message" && typeof value.text === "string")
    return { kind: "message", text: value.text };
  const call = textOf(value.call);
  if (value.kind !== "decision" || call === undefined) return undefined;
  return { kind: "decision", call, allow: value.allow === true, reason: textOf(value.reason) ?? "" };
}

function readBegin(value: JsonObject): ToPlayer | undefined {
  const prompt = textOf(value.prompt);
  const parts = /^(.+)\.(\d+)$/.exec(textOf(value.attempt) ?? "");
  if (prompt === undefined || parts?.[1] === undefined) return undefined;
  const n = Number(parts[2]);
  return {
    kind: "begin",
    attempt: attemptId(taskId(parts[1]), n),
    round: numberOf(value.round) ?? n,
    prompt,
    ...present({
      report: oneOf(value.report, ["review"]),
      scripts: textOf(value.scripts),
      steering: textOf(value.steering),
      conversations: textOf(value.conversations),
      resume: textOf(value.resume),
      hook: isTextList(value.hook) ? value.hook : undefined,
    }),
  };
}

function readIntent(value: unknown): ToolIntent | undefined {
  if (!isJsonObject(value)) return undefined;
  const call = textOf(value.call);
  const tool = textOf(value.tool);
  const kind = oneOf(value.kind, TOOL_KINDS);
  if (call === undefined || tool === undefined || kind === undefined || !isTextList(value.paths))
    return undefined;
  return {
    call,
    tool,
    kind,
    paths: value.paths,
    ...present({
      command: textOf(value.command),
      input: isJsonObject(value.input) ? value.input : undefined,
    }),
  };
}

function readEvent(value: JsonObject): AgentEvent | undefined {
  const text = textOf(value.text);
  const call = textOf(value.call);
  if (value.kind === "turn") return { kind: "turn" };
  const id = textOf(value.id);
  if (value.kind === "session" && id !== undefined) return { kind: "session", id };
  if ((value.kind === "said" || value.kind === "question") && text !== undefined)
    return { kind: value.kind, text };
  if (value.kind === "tool-result" && call !== undefined) {
    return { kind: "tool-result", call, ok: value.ok === true, output: textOf(value.output) ?? "" };
  }
  return value.kind === "usage" ? { kind: "usage", delta: readDelta(value.delta) } : undefined;
}

/** A count that is negative is no count: it must not pay back what was spent. */
function readDelta(value: unknown): UsageDelta {
  if (!isJsonObject(value)) return {};
  const count = (field: unknown): number | undefined => {
    const number = numberOf(field);
    return number !== undefined && number >= 0 ? number : undefined;
  };
  return present({
    inputTokens: count(value.inputTokens),
    outputTokens: count(value.outputTokens),
    usd: count(value.usd),
  });
}

function readError(value: unknown): PlayerError | undefined {
  if (!isJsonObject(value)) return undefined;
  const errorClass = oneOf<PlayerError["class"]>(value.class, [...ERROR_CLASSES, "script"]);
  if (errorClass === undefined) return undefined;
  return {
    class: errorClass,
    message: textOf(value.message) ?? "",
    ...present({ retryAfterMs: numberOf(value.retryAfterMs) }),
  };
}
