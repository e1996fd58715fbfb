import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACP_AGENTS, acpRuntimeAt } from "@breakwater/agents";
import { startModelServer } from "../model/model-server.ts";
import type { ModelCall, ModelStep } from "../model/model-step.ts";
import { clientProgram, type ClientName } from "../real-client.ts";
import type { ActTurn, AgentAct } from "./act.ts";
import { openModelStage } from "./model-stage.ts";
import type { ConformanceSubject } from "./subject.ts";

/** An ACP agent that tests can run: its configuration of its own and the words of its tools. */
type AcpSubject = {
  readonly client: ClientName & ("gemini" | "claude-agent-acp");
  readonly configure: (home: string, url: string) => Readonly<Record<string, string>>;
  readonly call: (act: AgentAct) => ModelCall;
};

/** Gemini CLI as a subject: the real client by the Agent Client Protocol, against a model server on loopback. */
export function geminiSubject(): ConformanceSubject {
  return acpSubject({ client: "gemini", configure: geminiScratch, call: geminiCall });
}

/** Claude Code behind the Agent Client Protocol as a subject. */
export function claudeAcpSubject(): ConformanceSubject {
  return acpSubject({ client: "claude-agent-acp", configure: claudeAcpScratch, call: claudeCall });
}

function acpSubject({ client, configure, call }: AcpSubject): ConformanceSubject {
  const agent = ACP_AGENTS.find(({ name }) => name === client);
  if (agent === undefined) throw new Error(`Making a subject of ${client}: there is no such agent`);
  const command = clientProgram(client);
  return {
    runtime: acpRuntimeAt({ agent, ...(command === undefined ? {} : { command }) }),
    client,
    open: async () =>
      openModelStage({ server: await startModelServer(), step: (turn) => stepOf(turn, call), configure }),
    strangeLine: JSON.stringify({ jsonrpc: "2.0", method: "never-heard-of", params: { n: 1 } }),
    unstartable: { options: { "acp-program": `/nonexistent/${client}` } },
    usagePerTurn: { inputTokens: 1_000, outputTokens: 20 },
  };
}

function stepOf(turn: ActTurn, call: AcpSubject["call"]): ModelStep {
  switch (turn.turn) {
    case "calls":
      return { kind: "reply", calls: turn.acts.map(call) };
    case "end":
      return { kind: "reply", text: turn.text };
    case "hold":
      return { kind: "hold", name: turn.name, then: stepOf(turn.then, call) };
  }
}

/** A turn in the words of Gemini's tools. */
export function geminiStep(turn: ActTurn): ModelStep {
  return stepOf(turn, geminiCall);
}

/** Makes a home for a Gemini client that knows no user and no network but the server; gives its environment. */
export function geminiScratch(home: string, url: string): Readonly<Record<string, string>> {
  mkdirSync(join(home, ".gemini"), { recursive: true });
  const settings = {
    // Without a model by name it asks another one first, which to take.
    model: { name: "gemini-2.5-pro" },
    security: { auth: { selectedType: "gemini-api-key" } },
    general: { disableAutoUpdate: true, disableUpdateNag: true },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
  };
  writeFileSync(join(home, ".gemini", "settings.json"), JSON.stringify(settings));
  return { HOME: home, GEMINI_API_KEY: "dummy", GOOGLE_GEMINI_BASE_URL: url };
}

function claudeAcpScratch(home: string, url: string): Readonly<Record<string, string>> {
  mkdirSync(home, { recursive: true });
  return {
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, ".claude"),
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "sk-ant-dummy",
    CLAUDE_CODE_MAX_RETRIES: "1",
    CLAUDE_CODE_EXECUTABLE: clientProgram("claude")?.[0] ?? "",
  };
}

function geminiCall(act: AgentAct): ModelCall {
  switch (act.act) {
    case "write":
      return { tool: "write_file", input: { file_path: act.path, content: act.content } };
    case "edit":
      return {
        tool: "replace",
        input: {
          file_path: act.path,
          old_string: act.find,
          new_string: act.replace,
          instruction: "replace it",
        },
      };
    case "read":
      return { tool: "read_file", input: { file_path: act.path } };
    case "shell":
      return { tool: "run_shell_command", input: { command: act.command, description: "runs it" } };
  }
}

function claudeCall(act: AgentAct): ModelCall {
  switch (act.act) {
    case "write":
      return { tool: "Write", input: { file_path: act.path, content: act.content } };
    case "edit":
      return { tool: "Edit", input: { file_path: act.path, old_string: act.find, new_string: act.replace } };
    case "read":
      return { tool: "Read", input: { file_path: act.path } };
    case "shell":
      return { tool: "Bash", input: { command: act.command } };
  }
}
