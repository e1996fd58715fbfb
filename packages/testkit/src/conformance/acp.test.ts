import { describe, expect, it } from "vitest";
import { clientProgram, withoutClient } from "../real-client.ts";
import { claudeAcpSubject, geminiSubject } from "./acp-subject.ts";
import { conformanceCases } from "./conformance.ts";

describe.skipIf(clientProgram("gemini") === undefined)(
  `Gemini CLI by the Agent Client Protocol keeps the contract of adapters${withoutClient("gemini")}: it`,
  () => {
    it.for(conformanceCases(geminiSubject()))("$title", { timeout: 60_000 }, async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });
  },
);

describe.skipIf(clientProgram("claude-agent-acp") === undefined)(
  `claude-agent-acp keeps the contract of adapters${withoutClient("claude-agent-acp")}: it`,
  () => {
    it.for(conformanceCases(claudeAcpSubject()))("$title", { timeout: 60_000 }, async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });
  },
);
