import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AgentEvent, AgentRun } from "../contract.ts";
import { fail } from "@breakwater/core";
import { isJsonObject, parseJson } from "../json-shape.ts";
import { MessageReader } from "./message-reader.ts";

/** Recorded from the real client by the model server: what it prints when its provider fails. */
const RECORDED = parseJson(readFileSync(new URL("fixtures/failures.json", import.meta.url), "utf8"));
const FAILURES =
  isJsonObject(RECORDED) && Array.isArray(RECORDED.failures) ? RECORDED.failures.filter(isJsonObject) : [];

function read(
  lines: readonly unknown[],
  resumed?: { readonly usd?: number },
): { readonly events: readonly AgentEvent[]; readonly reader: MessageReader } {
  const events: AgentEvent[] = [];
  const run: AgentRun = {
    gate: { decide: async () => ({ allow: true }) },
    hear: (event) => events.push(event),
    launch: () => {
      throw new Error("nothing is launched here");
    },
    openHookDoor: async () => fail({ code: "BW747", message: "none" }),
  };
  const reader = new MessageReader(run, resumed);
  for (const line of lines)
    reader.take({ text: typeof line === "string" ? line : JSON.stringify(line), lost: 0 });
  return { events, reader };
}

const assistant = (id: string, block: object, input = 10): object => ({
  type: "assistant",
  session_id: "s",
  message: {
    id,
    content: [block],
    usage: { input_tokens: input, cache_read_input_tokens: 5, output_tokens: 1 },
  },
});
const result = (fields: object = {}): object => ({
  type: "result",
  subtype: "success",
  is_error: false,
  terminal_reason: "completed",
  session_id: "s",
  total_cost_usd: 0.5,
  usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 30 },
  ...fields,
});
const text = (words: string): object => ({ type: "text", text: words });

describe("reading what Claude prints", () => {
  it.for(FAILURES.map((failure) => ({ name: String(failure.name), failure })))(
    "classes the recorded failure: $name",
    ({ failure }) => {
      const { reader } = read(Array.isArray(failure.lines) ? failure.lines : []);
      expect(reader.end()?.ending).toMatchObject({ kind: "error", class: failure.class });
    },
  );

  it("keeps how long to wait, from a retry that the provider timed and from a quota that names its reset", () => {
    const of = (name: string): unknown[] => {
      const found = FAILURES.find((failure) => failure.name === name)?.lines;
      return Array.isArray(found) ? found : [];
    };
    const waits = ["rate limit", "usage limit of a subscription", "no credit"].map((name) => {
      const ending = read(of(name)).reader.end()?.ending;
      return ending?.kind === "error" ? ending.retryAfterMs : undefined;
    });
    expect(waits[0]).toBeGreaterThanOrEqual(1_000);
    expect(waits[1]).toBeGreaterThanOrEqual(0);
    expect(waits[2]).toBeUndefined();
  });

  it("counts a message once, however many lines it is printed on", () => {
    const { events } = read([
      assistant("m1", text("a")),
      assistant("m1", text("b")),
      assistant("m2", text("c"), 20),
      result(),
    ]);
    expect(events.filter(({ kind }) => kind === "turn")).toHaveLength(2);
    expect(events.flatMap((event) => (event.kind === "usage" ? [event.delta] : []))).toEqual([
      { inputTokens: 15 },
      { inputTokens: 25 },
      { outputTokens: 30, usd: 0.5 },
    ]);
  });

  it("tells cost as a difference: between two results, and on a resumed conversation only where its cost is known", () => {
    const cost = (events: readonly AgentEvent[]): unknown[] =>
      events.flatMap((event) =>
        event.kind === "usage" && event.delta.usd !== undefined ? [event.delta.usd] : [],
      );
    expect(cost(read([result(), result({ total_cost_usd: 0.75 })]).events)).toEqual([0.5, 0.25]);
    expect(cost(read([result()], { usd: 0.25 }).events)).toEqual([0.25]);
    expect(cost(read([result(), result({ total_cost_usd: 0.75 })], {}).events)).toEqual([0.25]);
  });

  it("takes the report by schema for the claim, else the last message that holds a status line", () => {
    const claimOf = (...lines: readonly object[]): unknown => read(lines).reader.end()?.word.claim;
    const said = [assistant("m1", text("STATUS: done — by line")), assistant("m2", text("bye"))];
    expect(claimOf(...said, result({ result: "bye" }))).toEqual({ kind: "done", summary: "by line" });
    const report = { status: "partial", summary: "half", remaining: "half" };
    expect(claimOf(...said, result({ structured_output: report }))).toEqual({
      kind: "partial",
      summary: "half",
      remaining: "half",
    });
    expect(claimOf(result({ result: "bye", structured_output: { status: "splendid" } }))).toEqual({
      kind: "missing",
    });
  });

  it("is completed by the state and the flag together, never by one of them", () => {
    const kindOf = (fields: object): unknown => read([result(fields)]).reader.end()?.ending.kind;
    expect(kindOf({})).toBe("completed");
    expect(kindOf({ is_error: true })).toBe("error");
    expect(kindOf({ terminal_reason: "max_turns" })).toBe("error");
    expect(kindOf({ subtype: "error_during_execution" })).toBe("error");
  });

  it("keeps lines of unknown kinds and lines that are no JSON as raw, and protocol lines not at all", () => {
    const { events } = read([
      { type: "brand_new", n: 1 },
      "not json",
      { type: "control_request", request: {} },
      "",
    ]);
    expect(events.map((event) => (event.kind === "raw" ? event.text : event.kind))).toEqual([
      '{"type":"brand_new","n":1}',
      "not json",
    ]);
  });

  it("tells a call that the client turned down before its door was asked, so that a loop of it is seen", () => {
    const input = { file_path: "a.js", old_string: "nowhere", new_string: "here" };
    const call = assistant("m1", { type: "tool_use", id: "t1", name: "Edit", input });
    const answer = (is_error: boolean): object => ({
      type: "user",
      message: { content: [{ type: "tool_result", tool_use_id: "t1", is_error, content: "not found" }] },
    });
    const { events, reader } = read([call, answer(true)]);
    expect(events.slice(-2)).toEqual([
      { kind: "tool-intent", intent: { call: "t1", tool: "Edit", kind: "write", paths: ["a.js"], input } },
      { kind: "tool-result", call: "t1", ok: false, output: "not found" },
    ]);
    expect(reader.unasked).toBeUndefined();
    expect(read([call, answer(false)]).reader.unasked).toBe("t1");
  });

  it("tells a refusal by the client's own rules as a denial of the call, once", () => {
    const { events, reader } = read([]);
    const intent = { call: "t1", tool: "Write", kind: "write", paths: ["a"] } as const;
    reader.asked(intent, true);
    const denied = {
      type: "system",
      subtype: "permission_denied",
      tool_use_id: "t1",
      decision_reason_type: "mode",
      message: "no",
    };
    for (let time = 0; time < 2; time += 1) reader.take({ text: JSON.stringify(denied), lost: 0 });
    expect(events).toEqual([{ kind: "denied", intent, rule: "client:mode", reason: "no" }]);
  });
});
