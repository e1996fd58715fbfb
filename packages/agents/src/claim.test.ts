import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLastWord } from "./claim.ts";

const claimOf = (text: string) => readLastWord(text).claim;

describe("the last message of an agent", () => {
  it("holds one claim, in the line that the prompt asks for", () => {
    expect(claimOf("All good.\nSTATUS: done — added a test")).toEqual({
      kind: "done",
      summary: "added a test",
    });
    expect(claimOf("STATUS: failed — no network")).toEqual({ kind: "failed", reason: "no network" });
    expect(claimOf("STATUS: no-tests-needed")).toEqual({ kind: "no-op", summary: "" });
    expect(claimOf("STATUS: partial — parser | REMAINING: printer")).toEqual({
      kind: "partial",
      summary: "parser",
      remaining: "printer",
    });
  });

  it("reads the line although it is quoted, bold or in a code span", () => {
    for (const line of ["> STATUS: done - x", "**STATUS: done - x**", "`STATUS: done: x`"]) {
      expect(claimOf(line)).toEqual({ kind: "done", summary: "x" });
    }
  });

  it("lets the last line count where there are several", () => {
    expect(claimOf("STATUS: done — a\nSTATUS: failed — b")).toEqual({ kind: "failed", reason: "b" });
  });

  it("has no claim when the line is missing or says something unknown", () => {
    expect(claimOf("I am done.")).toEqual({ kind: "missing" });
    expect(claimOf("STATUS: marvellous")).toEqual({ kind: "missing" });
  });

  it("gives the well-formed findings of its block and leaves out the others", () => {
    const block =
      '```findings\n[{"claim":"a","paths":["x"],"check":"true"},{"claim":1},"b"]\n```\nSTATUS: done — f';
    expect(readLastWord(block).findings).toEqual([{ claim: "a", paths: ["x"], check: "true" }]);
    expect(readLastWord("```findings\nnot json\n```").findings).toEqual([]);
  });

  it("gives its open questions", () => {
    expect(readLastWord("OPEN-QUESTIONS: a or b? | context: c\n").questions).toEqual([
      "a or b? | context: c",
    ]);
  });

  it("never throws and stays fast, whatever the text", () => {
    const kinds = ["done", "no-op", "partial", "failed", "missing"];
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 500 }), (text) => {
        expect(kinds).toContain(claimOf(text).kind);
      }),
    );
    expect(claimOf("STATUS: ".repeat(200_000))).toEqual({ kind: "missing" });
    expect(readLastWord("```findings\n".repeat(20_000)).findings).toEqual([]);
  });
});
