import { describe, expect, it, vi } from "vitest";
import { clientProgram, clientsFolder, withoutClient } from "../../real-client.ts";
import { claudeSubject } from "../claude-subject.ts";
import { conformanceCases } from "../conformance.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());

describe.skipIf(clientProgram("claude") === undefined)(
  `Claude by the program alone, with hooks, keeps the contract of adapters: it${withoutClient("claude")}`,
  () => {
    it.for(conformanceCases(claudeSubject({ "claude-door": "cli" })))("$title", async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });
  },
);
