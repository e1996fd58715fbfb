import { describe, expect, it } from "vitest";
import { resultOf } from "./acp-result.ts";

describe("the exit of a client that has answered", () => {
  const killed = { code: 137, signal: null };
  const answered = { answer: { stopReason: "end_turn" }, lastText: "STATUS: done — all of it" };

  it("is a crash where it went by itself", () => {
    expect(resultOf(killed, answered).ending).toMatchObject({ kind: "error", class: "crash" });
  });

  it("says nothing where it stayed and was made to go", () => {
    const { ending, claim } = resultOf(killed, { ...answered, dismissed: true });
    expect([ending.kind, claim.kind]).toEqual(["completed", "done"]);
  });
});
