import { judgeToolCall } from "@breakwater/guard";
import { describe, expect, it } from "vitest";
import { guardFaults } from "./guard-self-test.ts";

describe("The self-test of the guard", () => {
  it("finds nothing wrong with the guard of this build", () => {
    expect(guardFaults()).toEqual([]);
  });

  // conforms: start-self-test
  it("names each call that a guard without teeth lets through", () => {
    const toothless: typeof judgeToolCall = (call, context) => ({
      ...judgeToolCall(call, context),
      decision: "allow",
    });
    expect(guardFaults(toothless)).toEqual([
      "a write out of scope got allow",
      "a write out of the workspace by a way up got allow",
      "a shell that writes out of scope got allow",
      "a push got allow",
    ]);
  });

  it("finds a guard that denies everything, and one that breaks", () => {
    const mute: typeof judgeToolCall = (call, context) => ({
      ...judgeToolCall(call, context),
      decision: "deny",
    });
    expect(guardFaults(mute)).toEqual(["a write in scope got deny"]);
    expect(
      guardFaults(() => {
        throw new Error("broken");
      }),
    ).toHaveLength(5);
  });
});
