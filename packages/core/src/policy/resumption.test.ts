import { describe, expect, it } from "vitest";
import { interruptionOf, resumptionFor, type ResumptionQuestion } from "./resumption.ts";

const interrupted: ResumptionQuestion = {
  interruption: "lost",
  session: "3f2b-9c",
  capability: "yes",
  sameAgent: true,
  repeated: false,
  kept: true,
  failedBefore: false,
};

describe("the table of resumptions", () => {
  it("goes on with a conversation where nothing speaks against it", () => {
    expect(resumptionFor(interrupted)).toMatchObject({
      kind: "resume",
      session: "3f2b-9c",
      rule: "resume:lost",
    });
  });

  it("never goes on with the conversation of another agent or model", () => {
    expect(resumptionFor({ ...interrupted, sameAgent: false })).toMatchObject({
      kind: "fresh",
      rule: "fresh:other-agent",
    });
  });

  it.each(["-c", "--settings=/x", "a b", "../a", "a/b", "", "a.b\n", "x".repeat(300)])(
    "does not hand the id %j to a command line",
    (session) => {
      expect(resumptionFor({ ...interrupted, session })).toMatchObject({ rule: "fresh:odd-session" });
    },
  );

  it("does not take unknown for yes", () => {
    expect(resumptionFor({ ...interrupted, capability: "unknown" })).toMatchObject({ rule: "fresh:runtime" });
  });

  it("says first what ended the conversation, whatever else is missing", () => {
    const loop = { ...interrupted, interruption: "stuck", session: undefined } as const;
    expect(resumptionFor(loop)).toMatchObject({ kind: "fresh", rule: "fresh:stuck" });
  });

  it("reads an ending by its limit or its error", () => {
    expect(interruptionOf(undefined)).toBe("not-started");
    expect(interruptionOf({ kind: "limit", limit: "idle" })).toBe("limit:idle");
    expect(interruptionOf({ kind: "error", class: "overload", message: "" })).toBe("error:overload");
  });
});
