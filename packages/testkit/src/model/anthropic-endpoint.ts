import { isJsonObject, present, textOf, type JsonObject } from "@breakwater/agents";
import type {
  ModelContent,
  ModelEndpoint,
  ModelIncoming,
  ModelStream,
  ToolOutcome,
} from "./model-endpoint.ts";
import type { ModelFault, ModelReply } from "./model-step.ts";

/** Anthropic Messages with server-sent events, as Claude Code and the Agent SDK speak it. */
export const anthropicEndpoint: ModelEndpoint = {
  name: "anthropic",
  serves: ({ method, path }) => method === "POST" && /^\/v1\/messages(?:\?|$)/u.test(path),
  read,
  reply,
  fault: ({ status, type, message }) => ({
    type: "error",
    error: { type: type ?? usualType(status), message },
  }),
};

function read({ headers, body }: ModelIncoming): ModelContent {
  const messages = Array.isArray(body.messages) ? body.messages.filter(isJsonObject) : [];
  const ofUser = messages.filter((message) => message.role === "user").map(blocksOf);
  const userText = ofUser
    .flat()
    .flatMap((block) => (block.type === "text" ? (textOf(block.text) ?? []) : []))
    .join("\n");
  const outcomes = (ofUser.at(-1) ?? []).flatMap(outcomeOf);
  const conversation = headers["x-claude-code-session-id"];
  return {
    userText,
    outcomes,
    ...present({ conversation: textOf(conversation), model: textOf(body.model) }),
  };
}

function blocksOf({ content }: JsonObject): readonly JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}

function outcomeOf(block: JsonObject): readonly ToolOutcome[] {
  if (block.type !== "tool_result") return [];
  const { content } = block;
  const text =
    typeof content === "string"
      ? content
      : blocksOf(block)
          .map((each) => textOf(each.text) ?? "")
          .join("\n");
  return [{ call: textOf(block.tool_use_id) ?? "", text, isError: block.is_error === true }];
}

async function reply(
  step: ModelReply,
  stream: ModelStream,
  { body, request }: ModelIncoming & { readonly request: number },
): Promise<void> {
  const { text, calls = [], usage = { input: 1_000, output: 20 }, stop } = step;
  const reason = stop === undefined ? (calls.length > 0 ? "tool_use" : "end_turn") : STOPS[stop];
  const message = {
    id: `msg_${request}`,
    type: "message",
    role: "assistant",
    model: textOf(body.model) ?? "scripted",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: usage.input,
      output_tokens: 1,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  };
  stream.open("text/event-stream");
  const event = (type: string, fields: object): Promise<void> =>
    stream.send(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  await event("message_start", { message });
  let index = 0;
  const block = async (start: object, deltas: readonly object[]): Promise<void> => {
    await event("content_block_start", { index, content_block: start });
    for (const delta of deltas) await event("content_block_delta", { index, delta });
    await event("content_block_stop", { index });
    index += 1;
  };
  if (text !== undefined)
    await block(
      { type: "text", text: "" },
      pieces(text).map((piece) => ({ type: "text_delta", text: piece })),
    );
  for (const { tool, input } of calls) {
    const start = { type: "tool_use", id: `toolu_${request}_${index}`, name: tool, input: {} };
    await block(start, [{ type: "input_json_delta", partial_json: JSON.stringify(input) }]);
  }
  await event("message_delta", {
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: usage.output },
  });
  await event("message_stop", {});
}

const STOPS = { refusal: "refusal", "max-tokens": "max_tokens" } as const;

/** A stream has more than one part, so that a slow or cut one is one in the middle. */
function pieces(text: string): readonly string[] {
  const half = Math.ceil(text.length / 2);
  return [text.slice(0, half), text.slice(half)].filter((piece) => piece !== "");
}

function usualType(status: ModelFault["status"]): string {
  const types: Readonly<Record<number, string>> = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
  };
  return types[status] ?? "api_error";
}
