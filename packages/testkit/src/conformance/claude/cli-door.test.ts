import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AgentRuntime } from "@breakwater/agents";
import { ok } from "@breakwater/core";
import { describe, expect, it, vi } from "vitest";
import { clientProgram, clientsFolder, withoutClient } from "../../real-client.ts";
import { acts, ends, writes } from "../act.ts";
import { claudeSubject } from "../claude-subject.ts";
import { conformanceCases } from "../conformance.ts";
import { runAgent } from "../trial-run.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());

describe.skipIf(clientProgram("claude") === undefined)(
  `Claude by the program alone, with hooks, keeps the contract of adapters: it${withoutClient("claude")}`,
  () => {
    it.for(conformanceCases(claudeSubject({ "claude-door": "cli" })))("$title", async ({ run }, { skip }) => {
      const outcome = await run();
      if (outcome !== "held") skip(outcome.skipped);
      expect(outcome).toBe("held");
    });

    it("does not let a call happen whose hook fails", async () => {
      const { runtime, open } = claudeSubject({ "claude-door": "cli" });
      const failing: AgentRuntime = {
        ...runtime,
        start: (spec, run) =>
          runtime.start(spec, {
            ...run,
            openHookDoor: async (wish) => {
              const door = await run.openHookDoor(wish);
              return door.ok ? ok({ ...door.value, command: ["/bin/false"] }) : door;
            },
          }),
      };
      const stage = await open();
      await runAgent(failing, stage.spec([acts(writes("src/a.txt")), ends()])).result;
      expect(stage.requests?.()).toBe(2);
      expect(existsSync(join(stage.workspace, "src"))).toBe(false);
      await stage.close();
    });
  },
);
