import { describe, expect, it } from "vitest";
import { endingOfTurnError, untilReset } from "./codex-error.ts";

const classOf = (codexErrorInfo: unknown, message = "m"): unknown => {
  const ending = endingOfTurnError({ message, codexErrorInfo });
  return ending.kind === "error" ? ending.class : ending.kind;
};

describe("the class of an error of Codex", () => {
  it.each([
    ["contextWindowExceeded", "context-overflow"],
    ["usageLimitExceeded", "quota"],
    ["serverOverloaded", "overload"],
    ["internalServerError", "overload"],
    ["unauthorized", "auth"],
    ["cyberPolicy", "refusal"],
    ["modelNotFound", "protocol"],
    ["a word of a later version", "protocol"],
    [undefined, "protocol"],
  ])("is for %s: %s", (word, expected) => {
    expect(classOf(word)).toBe(expected);
  });

  it.each([
    ["httpConnectionFailed", null, "network"],
    ["httpConnectionFailed", 401, "auth"],
    ["responseStreamConnectionFailed", 402, "billing"],
    ["responseTooManyFailedAttempts", 429, "rate-limit"],
    ["responseStreamDisconnected", 502, "overload"],
    ["responseStreamDisconnected", 400, "protocol"],
  ])("is for %s with status %s: %s", (variant, httpStatusCode, expected) => {
    expect(classOf({ [variant]: { httpStatusCode } })).toBe(expected);
  });

  it("tells an account without money from a plan that is used up", () => {
    expect(classOf("usageLimitExceeded", "Quota exceeded. Check your plan and billing details.")).toBe(
      "billing",
    );
  });

  it("names a time to wait where waiting helps, and nowhere else", () => {
    const limit = { message: "used up", codexErrorInfo: "usageLimitExceeded" };
    expect(endingOfTurnError(limit, 5_000)).toMatchObject({ class: "quota", retryAfterMs: 5_000 });
    const refused = { message: "no", codexErrorInfo: "unauthorized" };
    expect(endingOfTurnError(refused, 5_000)).not.toHaveProperty("retryAfterMs");
  });
});

describe("the time until a limit begins anew", () => {
  it("is that of the limit that takes longest, of those that are used up", () => {
    const limits = {
      primary: { usedPercent: 100, resetsAt: 60 },
      secondary: { usedPercent: 100, resetsAt: 90 },
    };
    expect(untilReset(limits, 50_000)).toBe(40_000);
    expect(untilReset({ ...limits, secondary: { usedPercent: 99, resetsAt: 90 } }, 50_000)).toBe(10_000);
  });

  it("is unknown while none is used up, or none says when", () => {
    expect(untilReset({ primary: { usedPercent: 40, resetsAt: 60 } }, 0)).toBeUndefined();
    expect(untilReset({ primary: { usedPercent: 100, resetsAt: null } }, 0)).toBeUndefined();
    expect(untilReset(null, 0)).toBeUndefined();
  });
});
