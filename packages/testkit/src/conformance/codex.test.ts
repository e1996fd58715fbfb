import { describe, expect, it } from "vitest";
import { clientProgram, withoutClient } from "../real-client.ts";
import { codexSubject } from "./codex-subject.ts";
import { conformanceCases } from "./conformance.ts";

describe.skipIf(clientProgram("codex") === undefined)(
  `Codex by its app-server keeps the contract of adapters${withoutClient("codex")}: it`,
  () => {
    it.for(conformanceCases(codexSubject()))("$title", { timeout: 60_000 }, async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });
  },
);
