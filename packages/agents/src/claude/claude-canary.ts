import { join } from "node:path";
import type { CanaryModel } from "../canary.ts";

/** A model of Anthropic's wire that asks for one write and then reports. */
export const CLAUDE_CANARY: CanaryModel = {
  environment: ({ url, home }) => ({
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, ".claude"),
    TMPDIR: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "sk-canary",
    CLAUDE_CODE_MAX_RETRIES: "0",
  }),
  serves: (method, path) => method === "POST" && path.startsWith("/v1/messages"),
  answer: ({ first, file }) => ({
    contentType: "text/event-stream",
    body: first
      ? stream("canary_1", { name: "Write", input: { file_path: file, content: "canary\n" } })
      : stream("canary_2", { name: "StructuredOutput", input: { status: "failed", summary: "canary" } }),
  }),
};

function stream(id: string, { name, input }: { readonly name: string; readonly input: object }): string {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    id,
    type: "message",
    role: "assistant",
    model: "canary",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const delta = { type: "input_json_delta", partial_json: JSON.stringify(input) };
  return [
    { type: "message_start", message },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "tool_use", id: `toolu_${id}`, name, input: {} },
    },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage },
    { type: "message_stop" },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}
