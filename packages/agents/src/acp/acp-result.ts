import type { StopReason } from "@agentclientprotocol/sdk";
import type { AgentEnding, AgentResult, ClientEnd, UsageDelta } from "../contract.ts";
import { isJsonObject, type JsonObject, numberOf, oneOf, present, textOf } from "../json-shape.ts";
import { classOfFailure } from "../provider-error.ts";
import { readReportText } from "../report.ts";
import type { RpcRefusal } from "../rpc-line.ts";

/** What a run saw of its end besides the exit; filled while it goes. */
export type AcpEnd = {
  session?: string;
  /** The answer to the prompt. */
  answer?: JsonObject;
  refusal?: RpcRefusal;
  /** It was made to go, because it stayed after its input had ended; its exit is ours then. */
  dismissed?: boolean;
  gateMissing?: string;
  lastText: string;
};

const STOPS = [
  "end_turn",
  "max_tokens",
  "max_turn_requests",
  "refusal",
  "cancelled",
] as const satisfies readonly StopReason[];

/** The result of a run from the answer to its prompt and its exit. */
export function resultOf(client: ClientEnd, end: AcpEnd): AgentResult {
  const ending = endingOf(client, end);
  const word = readReportText(ending.kind === "completed" ? end.lastText : "");
  return { ending, exitCode: client.code, ...word, ...present({ runtimeSession: end.session }) };
}

function endingOf(client: ClientEnd, { answer, refusal, dismissed, gateMissing }: AcpEnd): AgentEnding {
  if (client.startError !== undefined) return crash(`the client did not start: ${client.startError.message}`);
  if (gateMissing !== undefined) return { kind: "gate-missing", message: gateMissing };
  if (answer !== undefined) return endingOfAnswer(dismissed === true ? ORDERLY : client, answer);
  if (client.signal !== null) return crash(`ended by ${client.signal}`);
  if (refusal?.code !== undefined) return endingOfRefusal(refusal);
  if (client.code !== 0) return crash(`exit code ${client.code}`);
  return { kind: "error", class: "protocol", message: refusal?.message ?? "the client gave no answer" };
}

/** How a client ends that goes by itself. */
const ORDERLY: Pick<ClientEnd, "code" | "signal"> = { code: 0, signal: null };

/** The client serves until its input ends; an exit other than an orderly one is an error even after its answer. */
function endingOfAnswer(client: Pick<ClientEnd, "code" | "signal">, answer: JsonObject): AgentEnding {
  const stop = oneOf(answer.stopReason, STOPS);
  switch (stop) {
    case "end_turn":
      if (client.signal !== null) return crash(`ended by ${client.signal} after its answer`);
      return client.code === 0 ? { kind: "completed" } : crash(`exit code ${client.code} after its answer`);
    case "max_tokens":
      return { kind: "error", class: "context-overflow", message: "the model's answer reached its limit" };
    case "max_turn_requests":
      return { kind: "failed", reason: "the client reached its own limit of turns" };
    case "refusal":
      return { kind: "error", class: "refusal", message: "the model refused" };
    case "cancelled":
      return { kind: "failed", reason: "the turn was cancelled" };
    case undefined:
      return { kind: "error", class: "protocol", message: `an unknown end: ${String(answer.stopReason)}` };
  }
}

/** The code by which agents say that nobody is signed in. */
const AUTH_REQUIRED = -32_000;

function endingOfRefusal({ message, code, data }: RpcRefusal): AgentEnding {
  const more = isJsonObject(data) ? data : {};
  const details = textOf(more.details) ?? textOf(more.message) ?? textOf(data) ?? "";
  const text = [message, details].filter((part) => part !== "").join(": ");
  const status = numberOf(more.status) ?? numberOf(more.code) ?? statusIn(text, code);
  const errorClass = classOfFailure({ text, ...present({ status }) });
  return {
    kind: "error",
    class: errorClass ?? (code === AUTH_REQUIRED ? "auth" : "protocol"),
    message: text,
  };
}

/** Some agents hand on the status as the code of the error, others in its text. */
function statusIn(text: string, code: number | undefined): number | undefined {
  if (code !== undefined && code >= 400 && code < 600) return code;
  const told = /\b(?:status|code|error)\D{0,4}([45]\d\d)\b|"code": ?([45]\d\d)\b/iu.exec(text);
  return told === null ? undefined : Number(told[1] ?? told[2]);
}

/** What a prompt consumed, where its answer says so; `undefined` where it does not. */
export function usageOf(answer: JsonObject): UsageDelta | undefined {
  const { usage, _meta: meta } = answer;
  const quota = isJsonObject(meta) && isJsonObject(meta.quota) ? meta.quota.token_count : undefined;
  const told = isJsonObject(usage) ? usage : isJsonObject(quota) ? quota : {};
  const inputTokens = numberOf(told.inputTokens) ?? numberOf(told.input_tokens);
  const outputTokens = numberOf(told.outputTokens) ?? numberOf(told.output_tokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return present({ inputTokens, outputTokens });
}

function crash(message: string): AgentEnding {
  return { kind: "error", class: "crash", message };
}
