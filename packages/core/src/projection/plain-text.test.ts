import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, folded, plainBlock, plainLine } from "./plain-text.ts";
import { clock, isoTime, span } from "./time.ts";

describe("plainLine", () => {
  it.each([
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u009b31mred", "red"],
    ["\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007", "click"],
    ["\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\", "click"],
    ["\u001b]52;c;cm0gLXJm\u0007after", "after"],
    ["\u001b]0;never ended title", ""],
    ["\u001bPdcs\u001b\\after", "after"],
    ["a\u001b[2Jb\u001bcd", "abd"],
    ["one\ntwo\r\nthree\tfour\u2028five", "one two three four five"],
    ["user\u202egpj.exe", "usergpj.exe"],
    ["\u2066hidden\u2069", "hidden"],
    ["zero\u200bwidth\u200djoin\ufeff", "zerowidthjoin"],
    ["tag\u{e0041}\u{e0042}s", "tags"],
    ["bell\u0007 back\u0008space nul\u0000", "bell backspace nul"],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ["  naïve 日本語 e\u0301 👩  ", "naïve 日本語 e\u0301 👩"],
    ["lone \ud800 half", "lone \ufffd half"],
  ])("makes %j into %j", (text, plain) => expect(plainLine(text)).toBe(plain));

  it("leaves no control, direction or zero-width character of any text, and is idempotent", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({
            unit: fc.constantFrom(
              "\u001b",
              "[",
              "]",
              "m",
              "\u0007",
              "\\",
              "8",
              ";",
              "\n",
              "\u009c",
              "P",
              "a",
            ),
          }),
        ),
        (text) => {
          const plain = plainLine(text);
          expect(plain).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u,
          );
          expect(plainLine(plain)).toBe(plain);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("cuts at a whole character and says that it cut", () => {
    expect(plainLine("👩👩👩👩", 3)).toBe("👩👩…");
    expect(cut("abc", 3)).toBe("abc");
  });

  it("takes time in proportion to a long hostile text", () => {
    const started = performance.now();
    plainLine("\u001b]".repeat(200_000));
    plainLine("\u001b[".repeat(200_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("plainBlock", () => {
  it("keeps lines and nothing else of the layout", () => {
    expect(plainBlock("a\r\nb\tc\r\rd\u001b[1m\n")).toBe("a\nb  c\n\nd");
  });
});

describe("isoTime", () => {
  it("writes every moment as the platform does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 253_402_300_799_999 }), (ms) => {
        expect(isoTime(ms)).toBe(new Date(ms).toISOString());
      }),
    );
  });
});

describe("clock and span", () => {
  it("count up from zero and never below", () => {
    expect([clock(-5), clock(59_999), clock(61_000), clock(3_600_000)]).toEqual([
      "0:00",
      "0:59",
      "1:01",
      "1:00:00",
    ]);
    expect([span(2_140), span(60_000)]).toEqual(["2.1s", "1:00"]);
  });
});

describe("folded", () => {
  it("breaks at blanks, goes on under the text, and breaks within a word only where it must", () => {
    expect(folded("agents   one, because tasks wait", 20, 9)).toEqual([
      "agents   one,",
      "         because",
      "         tasks wait",
    ]);
    expect(folded("abcdefghij", 4, 2)).toEqual(["abcd", "  ef", "  gh", "  ij"]);
    expect(folded("short", 20, 9)).toEqual(["short"]);
  });
});
