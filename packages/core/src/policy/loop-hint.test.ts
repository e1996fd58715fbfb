import { describe, expect, it } from "vitest";
import { loopHint } from "./loop-hint.ts";

describe("the advice after a loop", () => {
  it.each([
    ["spiral", "one function"],
    ["stagnant", "search for the symbol"],
    ["failed", "read it anew"],
  ] as const)("names another way after %s, and the files", (kind, way) => {
    const text = loopHint(kind, ["src/a.ts"]).join(" ");
    expect(text).toContain(way);
    expect(text).toContain("src/a.ts");
  });

  it("is none after anything else", () => {
    expect(loopHint("timed-out", ["src/a.ts"])).toEqual([]);
  });
});
