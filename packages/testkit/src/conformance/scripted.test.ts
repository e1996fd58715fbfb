import { beforeAll, describe, it } from "vitest";
import { bundleAttemptEntry } from "../steering-attempt.ts";
import { conformanceCases } from "./conformance.ts";
import { scriptedSubject } from "./scripted-subject.ts";
import type { CommandLine } from "@breakwater/agents";

let program: CommandLine;

beforeAll(async () => {
  program = await bundleAttemptEntry();
});

describe("the scripted runtime keeps the contract of adapters: it", () => {
  for (const [index, { title }] of conformanceCases(scriptedSubject({ file: "", args: [] })).entries()) {
    it(title, async ({ skip }) => {
      await conformanceCases(scriptedSubject(program))[index]?.run((reason) => skip(reason));
    });
  }
});
