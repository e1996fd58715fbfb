import { describe, expect, it } from "vitest";
import { conformanceCases } from "./conformance.ts";
import { cursorSubject } from "./cursor-subject.ts";

describe("the adapter of Cursor, against a stand-in written from documentation, keeps the contract: it", () => {
  it.for(conformanceCases(cursorSubject()))("$title", async ({ run }, { skip }) => {
    const outcome = await run();
    if (outcome !== "held") skip(outcome.skipped);
    expect(outcome).toBe("held");
  });
});
