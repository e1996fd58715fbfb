import { afterEach, describe, expect, it } from "vitest";
import { type ModelServer, scriptMark, startModelServer } from "./model-server.ts";
import { callTools, fault, modelScript, type ModelScript, type ModelStep, say } from "./model-step.ts";

let server: ModelServer;

afterEach(() => server.close());

async function open(script: ModelScript): Promise<void> {
  server = await startModelServer({ story: script });
}

const steps = (...list: readonly ModelStep[]): Promise<void> => open(modelScript(list));

function ask(text = scriptMark("story"), conversation = "c1", signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/messages?beta=true`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-claude-code-session-id": conversation },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: text }] }),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe("the model server", () => {
  it("plays the steps of a script one after the other, each as a whole stream", async () => {
    await steps(callTools({ tool: "Write", input: { file_path: "a" } }), say("well done"));
    const first = await (await ask()).text();
    expect(first).toContain('"stop_reason":"tool_use"');
    expect(first.match(/^event: \S+/gmu)?.at(0)).toBe("event: message_start");
    expect(first.match(/^event: \S+/gmu)?.at(-1)).toBe("event: message_stop");
    expect(await (await ask()).text()).toContain("well");
    expect(server.requestsOf("story").map(({ turn }) => turn)).toEqual([0, 1]);
  });

  it("gives each conversation its own place in the script", async () => {
    await open(modelScript([say("1")], [say("2")]));
    expect(await (await ask(undefined, "a")).text()).toContain(`"text":"1"`);
    expect(await (await ask(undefined, "b")).text()).toContain(`"text":"2"`);
  });

  it("says in plain text that it knows no script, or no further step, and counts that apart", async () => {
    await steps();
    expect(await (await ask("who are you?")).text()).toContain("STATUS: failed");
    expect(await (await ask()).text()).toContain("STATUS: failed");
    expect(server.requests.map(({ script }) => script)).toEqual(["", "story"]);
  });

  it("fails with the status, the word and the time of the provider", async () => {
    await steps(fault(429, "slow down", { retryAfterSeconds: 7 }));
    const answer = await ask();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await answer.json()).toMatchObject({ error: { type: "rate_limit_error", message: "slow down" } });
  });

  it("breaks the connection in mid-stream", async () => {
    await steps({ kind: "cut", text: "never whole" });
    await expect(ask().then((answer) => answer.text())).rejects.toThrow("terminated");
  });

  it("holds an answer back until the test lets it go", async () => {
    await steps({ kind: "hold", name: "gate", then: say("free") });
    const answer = ask();
    await server.held("gate");
    server.release("gate");
    expect(await (await answer).text()).toContain("fr");
  });

  it("takes a request and never answers it", async () => {
    await steps({ kind: "dead" });
    const stop = new AbortController();
    const answer = ask(undefined, "c1", stop.signal);
    while (server.requests.length === 0) await new Promise((next) => setImmediate(next));
    stop.abort();
    await expect(answer).rejects.toThrow("abort");
  });

  it("tells the results of tools as the client sent them", async () => {
    await steps(say("ok"));
    await fetch(`${server.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({
        messages: [
          { role: "user", content: [{ type: "text", text: scriptMark("story") }] },
          {
            role: "user",
            content: [{ type: "tool_result", tool_use_id: "t", is_error: true, content: "refused" }],
          },
        ],
      }),
    });
    expect(server.requests[0]?.outcomes).toEqual([{ call: "t", text: "refused", isError: true }]);
  });
});
