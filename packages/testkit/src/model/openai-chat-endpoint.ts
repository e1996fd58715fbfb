import { isJsonObject, present, textOf, type JsonObject } from "@breakwater/agents";
import type {
  ModelContent,
  ModelEndpoint,
  ModelIncoming,
  ModelStream,
  ToolOutcome,
} from "./model-endpoint.ts";
import type { ModelFault, ModelReply } from "./model-step.ts";

/** OpenAI chat completions, streamed or whole, as agents with a provider of one's own speak it. */
export const openAiChatEndpoint: ModelEndpoint = {
  name: "openai-chat",
  serves: ({ method, path }) => method === "POST" && /^\/v1\/chat\/completions(?:\?|$)/u.test(path),
  read,
  reply,
  fault: openAiFault,
};

/** The body of an error of both OpenAI wires; the word is its type and its code. */
export function openAiFault({ type, message }: ModelFault): JsonObject {
  return { error: { message, type: type ?? "server_error", code: type ?? null, param: null } };
}

function read({ body }: ModelIncoming): ModelContent {
  const messages = Array.isArray(body.messages) ? body.messages.filter(isJsonObject) : [];
  const userText = messages
    .filter((message) => message.role === "user")
    .map(({ content }) => textIn(content))
    .join("\n");
  const lastOther = messages.findLastIndex((message) => message.role !== "tool");
  return {
    userText,
    outcomes: messages.slice(lastOther + 1).map(outcomeOf),
    ...present({ model: textOf(body.model) }),
  };
}

function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? content.filter(isJsonObject) : [];
  return parts.map((part) => textOf(part.text) ?? "").join("\n");
}

/** This wire has no flag for a call that failed: its text says so. */
function outcomeOf({ tool_call_id, content }: JsonObject): ToolOutcome {
  return { call: textOf(tool_call_id) ?? "", text: textIn(content), isError: false };
}

async function reply(
  step: ModelReply,
  stream: ModelStream,
  { body, request }: ModelIncoming & { readonly request: number },
): Promise<void> {
  const { text, calls = [], usage = { input: 1_000, output: 20 }, stop } = step;
  const shared = { id: `chatcmpl_${request}`, created: 0, model: textOf(body.model) ?? "scripted" };
  const tool_calls = calls.map(({ tool, input }, index) => ({
    index,
    id: `call_${request}_${index}`,
    type: "function",
    function: { name: tool, arguments: typeof input === "string" ? input : JSON.stringify(input) },
  }));
  const finish_reason = stop === undefined ? (calls.length > 0 ? "tool_calls" : "stop") : STOPS[stop];
  const counted = {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  };
  const message = {
    role: "assistant",
    ...(text === undefined ? {} : { content: text }),
    ...(calls.length === 0 ? {} : { tool_calls }),
  };
  if (body.stream !== true) {
    const choices = [{ index: 0, message, finish_reason }];
    stream.open("application/json");
    return stream.send(JSON.stringify({ ...shared, object: "chat.completion", choices, usage: counted }));
  }
  stream.open("text/event-stream");
  const chunk = (fields: object): Promise<void> =>
    stream.send(
      `data: ${JSON.stringify({ ...shared, object: "chat.completion.chunk", choices: [], ...fields })}\n\n`,
    );
  await chunk({ choices: [{ index: 0, delta: message, finish_reason: null }] });
  await chunk({ choices: [{ index: 0, delta: {}, finish_reason }] });
  await chunk({ usage: counted });
  await stream.send("data: [DONE]\n\n");
}

const STOPS = { refusal: "content_filter", "max-tokens": "length" } as const;
