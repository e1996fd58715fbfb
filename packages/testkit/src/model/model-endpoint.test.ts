import { isJsonObject, type JsonObject, parseJson, textOf } from "@breakwater/agents";
import { afterEach, describe, expect, it } from "vitest";
import { type ModelServer, scriptMark, startModelServer } from "./model-server.ts";
import { callTools, fault, modelScript, type ModelStep, say } from "./model-step.ts";

/** How a client of one wire asks, and what it finds in an answer. */
type Wire = {
  readonly name: string;
  readonly path: string;
  /** A first message of the user. */
  readonly opening: (text: string) => JsonObject;
  /** The same conversation with the result of a tool. */
  readonly withResult: (text: string, result: string) => JsonObject;
  readonly saidIn: (events: readonly JsonObject[]) => string;
  readonly callIn: (events: readonly JsonObject[]) => JsonObject;
  readonly usageIn: (events: readonly JsonObject[]) => unknown;
};

const pick = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return pick(
    Array.isArray(value) ? value[Number(key)] : isJsonObject(value) ? value[key] : undefined,
    ...rest,
  );
};
const textAt = (events: readonly JsonObject[], ...path: readonly (string | number)[]): string =>
  events.map((event) => textOf(pick(event, ...path)) ?? "").join("");
const found = (events: readonly JsonObject[], ...path: readonly (string | number)[]): JsonObject =>
  events.map((event) => pick(event, ...path)).find(isJsonObject) ?? {};

const responses: Wire = {
  name: "openai-responses",
  path: "/v1/responses",
  opening: (text) => ({
    input: [{ type: "message", role: "user", content: [{ type: "input_text", text }] }],
  }),
  withResult: (text, output) => ({
    input: [
      { type: "message", role: "user", content: [{ type: "input_text", text }] },
      { type: "function_call", call_id: "c", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output },
    ],
  }),
  saidIn: (events) => textAt(events.slice(0, 2), "item", "content", 0, "text"),
  callIn: (events) => {
    const { name, arguments: input } = found(events, "item");
    return { name, input: parseJson(String(input)) };
  },
  usageIn: (events) => pick(events.at(-1), "response", "usage", "total_tokens"),
};

const chat: Wire = {
  name: "openai-chat",
  path: "/v1/chat/completions",
  opening: (content) => ({ stream: true, messages: [{ role: "user", content }] }),
  withResult: (text, content) => ({
    stream: true,
    messages: [
      { role: "user", content: [{ type: "text", text }] },
      { role: "assistant", tool_calls: [] },
      { role: "tool", tool_call_id: "c", content },
    ],
  }),
  saidIn: (events) => textAt(events, "choices", 0, "delta", "content"),
  callIn: (events) => {
    const { name, arguments: input } = found(events, "choices", 0, "delta", "tool_calls", 0, "function");
    return { name, input: parseJson(String(input)) };
  },
  usageIn: (events) => pick(events.at(-1), "usage", "total_tokens"),
};

const gemini: Wire = {
  name: "gemini",
  path: "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
  opening: (text) => ({ contents: [{ role: "user", parts: [{ text }] }] }),
  withResult: (text, output) => ({
    contents: [
      { role: "user", parts: [{ text }] },
      { role: "model", parts: [{ functionCall: { name: "look", args: {} } }] },
      { role: "user", parts: [{ functionResponse: { id: "c", name: "look", response: { output } } }] },
    ],
  }),
  saidIn: (events) => textAt(events, "candidates", 0, "content", "parts", 0, "text"),
  callIn: (events) => {
    const { name, args } = found(events, "candidates", 0, "content", "parts", 0, "functionCall");
    return { name, input: args };
  },
  usageIn: (events) => pick(events.at(-1), "usageMetadata", "totalTokenCount"),
};

let server: ModelServer;
afterEach(() => server.close());

async function play(...steps: readonly ModelStep[]): Promise<void> {
  server = await startModelServer({ story: modelScript(steps) });
}

const post = ({ path }: Wire, body: JsonObject): Promise<Response> =>
  fetch(`${server.url}${path}`, { method: "POST", body: JSON.stringify(body) });

async function eventsOf(answer: Promise<Response>): Promise<readonly JsonObject[]> {
  const lines = (await (await answer).text()).split("\n");
  return lines.flatMap((line) => {
    const event = line.startsWith("data: ") ? parseJson(line.slice("data: ".length)) : undefined;
    return isJsonObject(event) ? [event] : [];
  });
}

describe.each([responses, chat, gemini])("the $name endpoint", (wire) => {
  it("says a text, calls a tool, and names what both cost", async () => {
    await play(
      say("well done", { usage: { input: 7, output: 5 } }),
      callTools({ tool: "look", input: { at: "a.ts" } }),
    );
    const said = await eventsOf(post(wire, wire.opening(scriptMark("story"))));
    expect([wire.saidIn(said), wire.usageIn(said)]).toEqual(["well done", 12]);
    const called = await eventsOf(post(wire, wire.opening(scriptMark("story"))));
    expect(wire.callIn(called)).toEqual({ name: "look", input: { at: "a.ts" } });
  });

  it("finds the script in the words of the user, and the result of the last tool", async () => {
    await play(say("ok"));
    await post(wire, wire.withResult(`Do it. ${scriptMark("story")}`, "three lines"));
    const [request] = server.requestsOf("story");
    expect(request?.endpoint).toBe(wire.name);
    expect(request?.outcomes).toEqual([{ call: "c", text: "three lines", isError: false }]);
  });

  it("fails in the words of the provider, and breaks off in mid-stream", async () => {
    await play(fault(429, "slow down", { retryAfterSeconds: 3 }), { kind: "cut", text: "never whole" });
    const failed = await post(wire, wire.opening(scriptMark("story")));
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await failed.json()).toMatchObject({ error: { message: "slow down" } });
    const cut = post(wire, wire.opening(scriptMark("story"))).then((answer) => answer.text());
    await expect(cut).rejects.toThrow("terminated");
  });
});

describe("a free-form tool", () => {
  it("is called with its bare text on the Responses wire", async () => {
    await play(callTools({ tool: "apply_patch", input: "*** Begin Patch" }));
    const events = await eventsOf(post(responses, responses.opening(scriptMark("story"))));
    expect(events[1]).toMatchObject({
      item: { type: "custom_tool_call", name: "apply_patch", input: "*** Begin Patch" },
    });
  });
});
