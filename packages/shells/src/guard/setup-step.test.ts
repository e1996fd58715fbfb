import { expect, test } from "vitest";
import { readSetupStep } from "./setup-step.ts";

test("plain and quoted words become arguments", () => {
  expect(readSetupStep("ln -s '../a b' \"c d\"")).toEqual({ ok: true, value: ["ln", "-s", "../a b", "c d"] });
});

test.each([
  "bash -c id",
  "ln -s a b; id",
  "touch $(id)",
  "touch `id`",
  "mkdir a && id",
  "touch a > b",
  "",
  "touch 'a",
  "env ln a b",
  "touch ~/x",
])("the step %j is refused, because it could do more than make files", (line) => {
  const step = readSetupStep(line);
  expect(step.ok ? "" : step.failure.code).toBe("BW782");
});
