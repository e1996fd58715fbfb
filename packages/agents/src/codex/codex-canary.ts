import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CanaryModel } from "../canary.ts";

/** A model that Codex knows by name, so that it is given its tool for patches. */
const KNOWN_MODEL = "gpt-5.5-codex";

/** A model of OpenAI's Responses wire that asks for one patch and then reports. */
export const CODEX_CANARY: CanaryModel = {
  environment: ({ url, home }) => {
    const temporary = join(home, "tmp");
    mkdirSync(temporary, { recursive: true });
    writeFileSync(join(home, "config.toml"), configOf(url));
    // The client makes no sandbox where its home lies in the temporary folder.
    return { HOME: home, CODEX_HOME: home, TMPDIR: temporary, OPENAI_API_KEY: "sk-canary" };
  },
  serves: (method, path) => method === "POST" && path.startsWith("/v1/responses"),
  answer: ({ first, file }) => ({
    contentType: "text/event-stream",
    body: first
      ? stream("canary_1", {
          type: "custom_tool_call",
          id: "ctc_canary",
          call_id: "call_canary",
          name: "apply_patch",
          input: patchOf(file),
        })
      : stream("canary_2", {
          type: "message",
          id: "msg_canary",
          role: "assistant",
          content: [{ type: "output_text", text: "STATUS: failed — canary", annotations: [] }],
        }),
  }),
};

function configOf(url: string): string {
  return [
    `model = "${KNOWN_MODEL}"`,
    'model_provider = "canary"',
    "[model_providers.canary]",
    'name = "canary"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'env_key = "OPENAI_API_KEY"',
    "supports_websockets = false",
    "request_max_retries = 0",
    "stream_max_retries = 0",
    "",
  ].join("\n");
}

function patchOf(file: string): string {
  return `*** Begin Patch\n*** Add File: ${file}\n+canary\n*** End Patch\n`;
}

function stream(id: string, item: object): string {
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  };
  return [
    { type: "response.created", response: { id } },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { id, usage } },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}
