import { describe, expect, it, vi } from "vitest";
import { clientProgram, clientsFolder, withoutClient } from "../../real-client.ts";
import { claudeSubject } from "../claude-subject.ts";
import { conformanceCases } from "../conformance.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());

describe.skipIf(clientProgram("claude") === undefined)(
  `Claude through the Agent SDK keeps the contract of adapters: it${withoutClient("claude")}`,
  () => {
    it.for(conformanceCases(claudeSubject()))("$title", async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });
  },
);
