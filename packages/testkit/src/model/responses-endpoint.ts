import { isJsonObject, present, textOf, type JsonObject } from "@breakwater/agents";
import type {
  ModelContent,
  ModelEndpoint,
  ModelIncoming,
  ModelStream,
  ToolOutcome,
} from "./model-endpoint.ts";
import type { ModelCall, ModelReply } from "./model-step.ts";
import { openAiFault } from "./openai-chat-endpoint.ts";

/**
 * OpenAI Responses with server-sent events, as Codex speaks it. A call with a text as its input is one of a
 * free-form tool (`apply_patch`), a call with an object one of a function.
 */
export const responsesEndpoint: ModelEndpoint = {
  name: "openai-responses",
  serves: ({ method, path }) => method === "POST" && /^\/v1\/responses(?:\?|$)/u.test(path),
  read,
  reply,
  fault: openAiFault,
};

function read({ headers, body }: ModelIncoming): ModelContent {
  const items = Array.isArray(body.input) ? body.input.filter(isJsonObject) : [];
  const userText = items
    .filter((item) => item.role === "user")
    .flatMap(({ content }) => textsOf(content))
    .join("\n");
  const lastOther = items.findLastIndex((item) => outcomeOf(item).length === 0);
  const conversation = textOf(headers["session-id"]) ?? textOf(body.prompt_cache_key);
  return {
    userText,
    outcomes: items.slice(lastOther + 1).flatMap(outcomeOf),
    ...present({ conversation, model: textOf(body.model) }),
  };
}

function textsOf(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  const parts = Array.isArray(content) ? content.filter(isJsonObject) : [];
  return parts.flatMap((part) => textOf(part.text) ?? []);
}

/** This wire has no flag for a call that failed: its text says so. */
function outcomeOf({ type, call_id, output }: JsonObject): readonly ToolOutcome[] {
  if (type !== "function_call_output" && type !== "custom_tool_call_output") return [];
  return [{ call: textOf(call_id) ?? "", text: textsOf(output).join("\n"), isError: false }];
}

async function reply(
  step: ModelReply,
  stream: ModelStream,
  { request }: ModelIncoming & { readonly request: number },
): Promise<void> {
  const { text, calls = [], usage = { input: 1_000, output: 20 } } = step;
  const response = { id: `resp_${request}` };
  stream.open("text/event-stream");
  const event = (type: string, fields: object): Promise<void> =>
    stream.send(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  await event("response.created", { response });
  const said = text === undefined ? [] : [messageItem(text, request)];
  const items = [...said, ...calls.map((call, index) => callItem(call, `${request}_${index}`))];
  for (const [output_index, item] of items.entries()) {
    await event("response.output_item.added", { output_index, item });
    await event("response.output_item.done", { output_index, item });
  }
  const counted = {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.input + usage.output,
  };
  if (step.stop === "max-tokens")
    return event("response.incomplete", {
      response: { ...response, usage: counted, incomplete_details: { reason: "max_output_tokens" } },
    });
  await event("response.completed", { response: { ...response, usage: counted } });
}

function messageItem(text: string, request: number): JsonObject {
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: `msg_${request}`, role: "assistant", content };
}

function callItem({ tool, input }: ModelCall, id: string): JsonObject {
  const shared = { call_id: `call_${id}`, name: tool };
  return typeof input === "string"
    ? { type: "custom_tool_call", id: `ctc_${id}`, ...shared, input }
    : { type: "function_call", id: `fc_${id}`, ...shared, arguments: JSON.stringify(input) };
}
