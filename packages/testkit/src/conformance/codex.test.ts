import { describe, expect, it } from "vitest";
import { clientProgram, withoutClient } from "../real-client.ts";
import { codexSubject } from "./codex-subject.ts";
import { conformanceCases } from "./conformance.ts";

describe.skipIf(clientProgram("codex") === undefined).each(["app-server", "exec"] as const)(
  `Codex by its %s keeps the contract of adapters${withoutClient("codex")}: it`,
  (door) => {
    it.for(conformanceCases(codexSubject(door)))("$title", { timeout: 60_000 }, async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });
  },
);
