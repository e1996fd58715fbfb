import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearMatch } from "./near-match.ts";

const keys = ["role", "scope", "shared", "depends", "verify", "done-when", "gates"];

describe("nearMatch", () => {
  it.each([
    ["rolle", "role"],
    ["socpe", "scope"],
    ["dependss", "depends"],
    ["VERIFY", "verify"],
    ["donewhen", "done-when"],
    ["gate", "gates"],
  ])("takes %s for %s", (word, meant) => {
    expect(nearMatch(word, keys)).toBe(meant);
  });

  it("suggests nothing for a word that is three edits away", () => {
    expect(nearMatch("version", keys)).toBeUndefined();
  });

  it("forgives only one edit in a short word, so that `rx` is not `role`", () => {
    expect(nearMatch("ab", ["role", "xy"])).toBeUndefined();
  });

  it("prefers the closer candidate over the earlier one", () => {
    expect(nearMatch("scopes", ["slopes", "scope"])).toBe("slopes");
    expect(nearMatch("shard", ["shards", "shared"])).toBe("shards");
    expect(nearMatch("sharet", ["shareto", "shared", "sharet"])).toBe("sharet");
  });

  it("always finds a candidate that is spelt exactly", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1 }), (words) => {
        const word = words.at(-1) ?? "";
        expect(nearMatch(word, words)?.toLowerCase()).toBe(word.toLowerCase());
      }),
    );
  });

  it("does not spend time on a word that no person typed", () => {
    expect(nearMatch("x".repeat(1_000_000), keys)).toBeUndefined();
  });
});
