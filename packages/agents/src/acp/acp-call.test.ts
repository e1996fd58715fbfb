import { describe, expect, it } from "vitest";
import { callIn, intentOfCall, joined, permissionAnswer } from "./acp-call.ts";
import { usageOf } from "./acp-result.ts";

const call = (fields: object): ReturnType<typeof intentOfCall> =>
  intentOfCall({ toolCallId: "1", ...fields });

describe("the intent of a call of an ACP agent", () => {
  it("names every path that any part of the message names, once", () => {
    const intent = call({
      kind: "edit",
      locations: [{ path: "/w/a" }, { path: "/w/b", line: 3 }],
      content: [{ type: "diff", path: "/w/c", oldText: null, newText: "new" }],
      rawInput: { file_path: "/w/a", content: "new" },
    });
    expect(intent).toMatchObject({ kind: "write", paths: ["/w/a", "/w/b", "/w/c"] });
    expect(JSON.stringify(intent.input)).toContain("new");
  });

  it.each([
    [
      { kind: "execute", rawInput: { command: "ls -l" } },
      { kind: "exec", command: "ls -l", paths: [] },
    ],
    [
      { kind: "execute", rawInput: { command: ["ls", "-l"], cwd: "/w" } },
      { command: "ls -l", directory: "/w" },
    ],
    [
      { kind: "execute", title: "ls" },
      { kind: "exec", command: "ls" },
    ],
    [{ kind: "fetch" }, { kind: "net" }],
    [{ kind: "a kind of a later version" }, { kind: "other" }],
    [{}, { kind: "other" }],
  ])("of %j is %j", (fields, intent) => {
    expect(call(fields)).toMatchObject(intent);
  });

  it("keeps what an earlier message said where a later one says nothing", () => {
    const known = callIn({ toolCallId: "1", kind: "edit", title: "t", rawInput: { path: "a" } });
    expect(joined(known, { toolCallId: "1", kind: null, status: "completed" })).toMatchObject({
      kind: "edit",
      status: "completed",
      rawInput: { path: "a" },
    });
  });
});

describe("the answer to a request for permission", () => {
  const options = [
    { optionId: "always", kind: "allow_always" },
    { optionId: "once", kind: "allow_once" },
    { optionId: "no", kind: "reject_once" },
  ];

  it("allows one call and never all further ones", () => {
    expect(permissionAnswer(options, true)).toEqual({ outcome: { outcome: "selected", optionId: "once" } });
    expect(permissionAnswer(options.slice(0, 1), true)).toEqual({ outcome: { outcome: "cancelled" } });
  });

  it("refuses in the words of the client, and by cancelling where it offers none", () => {
    expect(permissionAnswer(options, false)).toEqual({ outcome: { outcome: "selected", optionId: "no" } });
    expect(permissionAnswer(undefined, false)).toEqual({ outcome: { outcome: "cancelled" } });
  });
});

describe("the consumption that an answer names", () => {
  it("is found where agents put it, and is absent where they do not", () => {
    expect(usageOf({ usage: { inputTokens: 5, outputTokens: 2 } })).toEqual({
      inputTokens: 5,
      outputTokens: 2,
    });
    const quota = { token_count: { input_tokens: 7, output_tokens: 3 } };
    expect(usageOf({ _meta: { quota } })).toEqual({ inputTokens: 7, outputTokens: 3 });
    expect(usageOf({ stopReason: "end_turn" })).toBeUndefined();
  });
});
