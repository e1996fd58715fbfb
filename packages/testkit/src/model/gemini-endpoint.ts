import { isJsonObject, present, textOf, type JsonObject } from "@breakwater/agents";
import type {
  ModelContent,
  ModelEndpoint,
  ModelIncoming,
  ModelStream,
  ToolOutcome,
} from "./model-endpoint.ts";
import type { ModelFault, ModelReply } from "./model-step.ts";

/** Gemini `generateContent`, streamed or whole, as the Gemini CLI speaks it. */
export const geminiEndpoint: ModelEndpoint = {
  name: "gemini",
  serves: ({ method, path }) =>
    method === "POST" && /\/models\/[^/:]+:(?:stream)?[gG]enerateContent(?:\?|$)/u.test(path),
  read,
  reply,
  fault,
};

function read({ path, body }: ModelIncoming): ModelContent {
  const contents = Array.isArray(body.contents) ? body.contents.filter(isJsonObject) : [];
  const userText = contents
    .filter((content) => content.role === "user")
    .flatMap((content) => partsOf(content).flatMap((part) => textOf(part.text) ?? []))
    .join("\n");
  return {
    userText,
    outcomes: partsOf(contents.at(-1) ?? {}).flatMap(outcomeOf),
    ...present({ model: /\/models\/([^/:]+):/u.exec(path)?.[1] }),
  };
}

function partsOf({ parts }: JsonObject): readonly JsonObject[] {
  return Array.isArray(parts) ? parts.filter(isJsonObject) : [];
}

function outcomeOf({ functionResponse }: JsonObject): readonly ToolOutcome[] {
  if (!isJsonObject(functionResponse)) return [];
  const { id, name, response } = functionResponse;
  const told = isJsonObject(response) ? response : {};
  const error = textOf(told.error);
  const text = error ?? textOf(told.output) ?? JSON.stringify(told);
  return [{ call: textOf(id) ?? textOf(name) ?? "", text, isError: error !== undefined }];
}

async function reply(
  step: ModelReply,
  stream: ModelStream,
  { path, request }: ModelIncoming & { readonly request: number },
): Promise<void> {
  const { text, calls = [], usage = { input: 1_000, output: 20 }, stop } = step;
  const parts = [
    ...thirds(text ?? "").map((piece) => ({ text: piece })),
    ...calls.map(({ tool, input }, index) => ({
      functionCall: { id: `call_${request}_${index}`, name: tool, args: input },
    })),
  ];
  const end = {
    finishReason: stop === undefined ? "STOP" : STOPS[stop],
    usageMetadata: {
      promptTokenCount: usage.input,
      candidatesTokenCount: usage.output,
      totalTokenCount: usage.input + usage.output,
    },
  };
  if (!path.includes(":stream")) {
    stream.open("application/json");
    return stream.send(JSON.stringify(chunkOf(parts, request, end)));
  }
  stream.open("text/event-stream");
  for (const part of parts) await stream.send(`data: ${JSON.stringify(chunkOf([part], request))}\n\n`);
  await stream.send(`data: ${JSON.stringify(chunkOf([], request, end))}\n\n`);
}

type End = { readonly finishReason: string; readonly usageMetadata: JsonObject };

function chunkOf(parts: readonly JsonObject[], request: number, end?: End): JsonObject {
  const content = { role: "model", parts };
  const candidate = { index: 0, content, ...present({ finishReason: end?.finishReason }) };
  return {
    responseId: `gemini_${request}`,
    candidates: [candidate],
    ...present({ usageMetadata: end?.usageMetadata }),
  };
}

/** A stream has more than one part, so that a slow or cut one is one in the middle. */
function thirds(text: string): readonly string[] {
  const size = Math.ceil(text.length / 3);
  return [0, 1, 2].map((n) => text.slice(n * size, (n + 1) * size)).filter((piece) => piece !== "");
}

const STOPS = { refusal: "SAFETY", "max-tokens": "MAX_TOKENS" } as const;

function fault({ status, type, message, retryAfterSeconds }: ModelFault): JsonObject {
  const details =
    retryAfterSeconds === undefined
      ? []
      : [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${retryAfterSeconds}s` }];
  return { error: { code: status, message, status: type ?? usualStatus(status), details } };
}

function usualStatus(status: number): string {
  const words: Readonly<Record<number, string>> = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
  };
  return words[status] ?? "INTERNAL";
}
