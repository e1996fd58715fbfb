import { describe, expect, it } from "vitest";
import { readReportText } from "./report.ts";

describe("reading the last message of an agent", () => {
  it("takes a report by the schema", () => {
    const report = {
      status: "partial",
      summary: "half",
      remaining: "the rest",
      findings: [{ claim: "c", paths: ["a.ts"], check: null }, { claim: " ", paths: [] }, "no finding"],
      questions: ["blue or green?"],
    };
    expect(readReportText(JSON.stringify(report))).toEqual({
      claim: { kind: "partial", summary: "half", remaining: "the rest" },
      findings: [{ claim: "c", paths: ["a.ts"] }],
      questions: ["blue or green?"],
    });
  });

  it.each([
    ["done", { kind: "done", summary: "s" }],
    ["no-op", { kind: "no-op", summary: "s" }],
    ["failed", { kind: "failed", reason: "s" }],
  ])("reads the status %s", (status, claim) => {
    expect(readReportText(JSON.stringify({ status, summary: "s" })).claim).toEqual(claim);
  });

  it.each(['{ "status": "splendid" }', "{ broken", "[]", "null"])("claims nothing by %s", (text) => {
    expect(readReportText(text).claim).toEqual({ kind: "missing" });
  });

  it("falls back to the status line", () => {
    expect(readReportText("It works.\nSTATUS: done — two files").claim).toEqual({
      kind: "done",
      summary: "two files",
    });
  });
});
