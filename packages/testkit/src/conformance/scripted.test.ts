import { beforeAll, describe, expect, it } from "vitest";
import type { CommandLine } from "@breakwater/agents";
import { bundleAttemptEntry } from "../steering-attempt.ts";
import { conformanceCases } from "./conformance.ts";
import { scriptedSubject } from "./scripted-subject.ts";

let program: CommandLine;

beforeAll(async () => {
  program = await bundleAttemptEntry();
});

describe("the scripted runtime keeps the contract of adapters: it", () => {
  it.for(conformanceCases(scriptedSubject(() => program)))("$title", async ({ run }, { skip }) => {
    const outcome = await run();
    if (outcome !== "held") skip(outcome.skipped);
    expect(outcome).toBe("held");
  });
});
