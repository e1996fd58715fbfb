import {
  ACP_AGENTS,
  acpRuntimeAt,
  claudeRuntime,
  codexRuntimeAt,
  type AgentRuntime,
  type CodexDoorName,
} from "@breakwater/agents";
import { wallLadder } from "@breakwater/node";
import { tryDoor } from "@breakwater/shells";
import { describe, expect, it, vi } from "vitest";
import { clientProgram, clientsFolder, withoutClient, type ClientName } from "../real-client.ts";

vi.stubEnv("BREAKWATER_CLIENTS", clientsFolder());
const { setup } = await wallLadder();

function claudeByHooks(): AgentRuntime {
  const { canary } = claudeRuntime;
  if (typeof canary !== "object") throw new Error("Trying a door: Claude has no canary");
  return { ...claudeRuntime, canary: { ...canary, options: { "claude-door": "cli" } } };
}

function acpRuntime(client: ClientName & ("claude-agent-acp" | "gemini")): AgentRuntime {
  const agent = ACP_AGENTS.find(({ name }) => name === client);
  if (agent === undefined) throw new Error(`Trying a door: there is no agent ${client}`);
  return acpRuntimeAt({ agent, command: clientProgram(client) ?? [client] });
}

function codexBy(door: CodexDoorName): AgentRuntime {
  return codexRuntimeAt({ door, command: clientProgram("codex") ?? ["codex"] });
}

const SUBJECTS: readonly (readonly [ClientName, () => AgentRuntime])[] = [
  ["codex", () => codexBy("app-server")],
  ["codex", () => codexBy("exec")],
  ["claude", claudeByHooks],
  ["claude-agent-acp", () => acpRuntime("claude-agent-acp")],
  ["gemini", () => acpRuntime("gemini")],
];

describe.each(SUBJECTS)(
  `the door of %s, behind ${setup?.tier ?? "no wall, as none holds here"}`,
  (client, runtime) => {
    it.skipIf(clientProgram(client) === undefined)(
      `refuses a write of the real client, which is the proof of it${withoutClient(client)}`,
      { timeout: 60_000 },
      async () => {
        const source = { ...process.env, CLAUDE_CODE_EXECUTABLE: clientProgram("claude")?.[0] };
        const trial = { source, ...(setup === undefined ? {} : { wall: { setup } }) };
        expect(await tryDoor(runtime(), trial)).toMatchObject({ outcome: "denied" });
      },
    );
  },
);
