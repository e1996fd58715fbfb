import { claudeRuntime, codexRuntimeAt, scriptedRuntime, type AgentRuntime } from "@breakwater/agents";
import { clientProgram, clientsFolder, noteClientRan, withoutClient } from "@breakwater/testkit";
import { describe, expect, it, vi } from "vitest";
import { tryDoor } from "./try-door.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());

/** The runtime with something of its run replaced: the planted defect. */
function broken(change: (start: AgentRuntime["start"]) => AgentRuntime["start"]): AgentRuntime {
  return { ...claudeRuntime, start: change(claudeRuntime.start) };
}

describe("trying a door", () => {
  it("leaves the runtime alone whose client is part of the program", async () => {
    expect(await tryDoor(scriptedRuntime, process.env)).toMatchObject({ outcome: "built-in" });
  });

  it("says that it was not tried where there is no trial without the provider", async () => {
    const { canary: _, ...runtime } = claudeRuntime;
    expect(await tryDoor(runtime, process.env)).toMatchObject({ outcome: "untried" });
  });

  it("proves nothing where the client cannot be started", async () => {
    const runtime = broken(
      (start) => (spec, run) => start({ ...spec, options: { "claude-program": "/nonexistent/claude" } }, run),
    );
    expect(await tryDoor(runtime, process.env)).toMatchObject({ outcome: "no-answer" });
  });
});

describe.skipIf(clientProgram("codex") === undefined)(
  `trying the door of the real Codex${withoutClient("codex")}`,
  () => {
    it("proves that a patch is refused before it happens", async () => {
      const command = clientProgram("codex");
      const proof = await tryDoor(codexRuntimeAt(command === undefined ? {} : { command }), process.env);
      noteClientRan("codex");
      expect(proof).toMatchObject({ outcome: "denied" });
    });
  },
);

describe.skipIf(clientProgram("claude") === undefined)(
  `trying the door of the real Claude${withoutClient("claude")}`,
  () => {
    it("proves that a write is refused before it happens", async () => {
      const proof = await tryDoor(claudeRuntime, process.env);
      noteClientRan("claude");
      expect(proof).toMatchObject({ outcome: "denied" });
      expect(proof.ms).toBeGreaterThan(0);
    });

    it("goes red where the refusal does not reach the client", async () => {
      const runtime = broken((start) => (spec, run) => {
        const decide = async (
          intent: Parameters<typeof run.gate.decide>[0],
        ): ReturnType<typeof run.gate.decide> => {
          await run.gate.decide(intent);
          return { allow: true };
        };
        return start(spec, { ...run, gate: { decide } });
      });
      expect(await tryDoor(runtime, process.env)).toMatchObject({ outcome: "written" });
    });

    it("goes red where nobody asks the door", async () => {
      const runtime = broken(
        (start) => (spec, run) =>
          start(spec, {
            ...run,
            gate: { decide: async () => ({ allow: false, rule: "none", reason: "no" }) },
          }),
      );
      expect(await tryDoor(runtime, process.env)).toMatchObject({ outcome: "never-asked" });
    });
  },
);
