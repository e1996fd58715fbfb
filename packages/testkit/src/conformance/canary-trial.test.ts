import { ACP_AGENTS, acpRuntimeAt, codexRuntimeAt, type AgentRuntime } from "@breakwater/agents";
import { tryDoor } from "@breakwater/shells";
import { describe, expect, it } from "vitest";
import { clientProgram, withoutClient, type ClientName } from "../real-client.ts";

const claudeAcp = ACP_AGENTS.find(({ name }) => name === "claude-agent-acp");

const SUBJECTS: readonly (readonly [ClientName, () => AgentRuntime])[] = [
  ["codex", () => codexRuntimeAt({ command: clientProgram("codex") ?? ["codex"] })],
  [
    "claude-agent-acp",
    () => {
      if (claudeAcp === undefined) throw new Error("Trying a door: there is no such agent");
      return acpRuntimeAt({
        agent: claudeAcp,
        command: clientProgram("claude-agent-acp") ?? ["claude-agent-acp"],
      });
    },
  ],
];

describe.each(SUBJECTS)("the door of %s", (client, runtime) => {
  it.skipIf(clientProgram(client) === undefined)(
    `refuses a write of the real client, which is the proof of it${withoutClient(client)}`,
    { timeout: 60_000 },
    async () => {
      const environment = { ...process.env, CLAUDE_CODE_EXECUTABLE: clientProgram("claude")?.[0] };
      expect(await tryDoor(runtime(), environment)).toMatchObject({ outcome: "denied" });
    },
  );
});
