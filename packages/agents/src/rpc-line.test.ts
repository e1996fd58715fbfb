import { describe, expect, it } from "vitest";
import { parseJson } from "./json-shape.ts";
import { RpcLine, type RpcMessage } from "./rpc-line.ts";

function open(): {
  readonly line: RpcLine;
  readonly sent: unknown[];
  readonly heard: RpcMessage[];
  readonly strange: string[];
  readonly say: (message: object | string) => void;
} {
  const sent: unknown[] = [];
  const heard: RpcMessage[] = [];
  const strange: string[] = [];
  const line = new RpcLine({
    write: (text) => void sent.push(parseJson(text)),
    hear: (message) => void heard.push(message),
    strange: (each) => void strange.push(each.text),
  });
  const say = (message: object | string): void =>
    line.add(Buffer.from(`${typeof message === "string" ? message : JSON.stringify(message)}\n`));
  return { line, sent, heard, strange, say };
}

describe("a line of calls and messages", () => {
  it("gives each call its own answer, in whatever order they come", async () => {
    const { line, sent, say } = open();
    const answers = [line.call("one", { a: 1 }), line.call("two", {})];
    expect(sent).toEqual([
      { id: 1, method: "one", params: { a: 1 } },
      { id: 2, method: "two", params: {} },
    ]);
    say({ id: 2, result: { n: 2 } });
    say({ id: 1, result: { n: 1 } });
    expect(await Promise.all(answers)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("refuses a call as the other end does, and every open one when the line is closed", async () => {
    const { line, say } = open();
    const refused = line.call("one", {});
    say({ id: 1, error: { code: 1, message: "no such thread" } });
    await expect(refused).rejects.toThrow("no such thread");
    const open_ = line.call("two", {});
    line.close();
    await expect(open_).rejects.toThrow("the client is gone");
    await expect(line.call("three", {})).rejects.toThrow("the client is gone");
  });

  it("hears requests with their id, notifications without, and keeps what is neither apart", () => {
    const { heard, strange, say } = open();
    say({ id: "x", method: "ask", params: { a: 1 } });
    say({ method: "tell" });
    say("no json");
    say({ id: 77, result: {} });
    expect(heard).toEqual([
      { id: "x", method: "ask", params: { a: 1 } },
      { method: "tell", params: {} },
    ]);
    expect(strange).toHaveLength(2);
  });
});
