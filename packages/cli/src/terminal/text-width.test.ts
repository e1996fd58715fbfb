import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutText, displayWidth, fitText } from "./text-width.ts";

describe("displayWidth", () => {
  it.each([
    ["abc", 3],
    ["日本", 4],
    ["e\u0301", 1],
    ["\u0301", 0],
    ["한글", 4],
    ["\u1112\u1161\u11ab", 2],
    ["👩", 2],
    ["🇩🇪", 2],
    ["👍🏽", 2],
    ["⚡", 2],
    ["◆✓✗■○▸", 6],
    ["ｱ", 1],
    ["Ａ", 2],
  ])("of %j is %i", (text, width) => expect(displayWidth(text)).toBe(width));
});

describe("fitText", () => {
  it("cuts before a wide character that would stick out, and pads what is left", () => {
    expect(fitText("日本語", 4)).toBe("日… ");
    expect(fitText("日本語", 6)).toBe("日本語");
    expect(fitText("ab", 4, { align: "right" })).toBe("  ab");
    expect(fitText("abcdef", 4, { ascii: true })).toBe("abc~");
    expect(fitText("naïve 日", 8, { ascii: true })).toBe("na?ve ??");
    expect(fitText("x", 0)).toBe("");
  });

  it("is exactly as wide as it was asked to be, for every text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(50), (text, width) => {
        expect(displayWidth(fitText(text, width))).toBe(width);
        expect(displayWidth(cutText(text, width))).toBeLessThanOrEqual(width);
      }),
      { numRuns: 500 },
    );
  });
});
