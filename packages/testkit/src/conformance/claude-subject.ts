import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { claudeRuntime, readLastWord, type JsonObject } from "@breakwater/agents";
import { clientsFolder } from "../real-client.ts";
import { type ModelServer, scriptMark, startModelServer } from "../model/model-server.ts";
import type { ModelCall, ModelScript, ModelStep } from "../model/model-step.ts";
import type { ActTurn, AgentAct } from "./act.ts";
import { openWorkspace, specIn } from "./scripted-subject.ts";
import type { ConformanceStage, ConformanceSubject } from "./subject.ts";

/** Claude Code as a subject: the real client, against a model server on loopback, with a configuration of its own. */
export function claudeSubject(options: Readonly<Record<string, unknown>> = {}): ConformanceSubject {
  return {
    runtime: claudeRuntime,
    client: "claude",
    open: async () => openStage(await startModelServer(), options),
    strangeLine: JSON.stringify({ type: "never-heard-of", n: 1 }),
    unstartable: { options: { ...options, "claude-program": "/nonexistent/claude" } },
    usagePerTurn: { inputTokens: 1_000, outputTokens: 20 },
  };
}

function openStage(server: ModelServer, options: Readonly<Record<string, unknown>>): ConformanceStage {
  const { folder, workspace } = openWorkspace();
  const environment = claudeScratch(join(folder, "home"), server.url);
  return {
    workspace,
    spec: (turns) => {
      server.play("story", continued(server, turns.map(claudeStep)));
      const spec = specIn(workspace);
      return {
        ...spec,
        prompt: `Do it. ${scriptMark("story")}`,
        environment: { ...spec.environment, ...environment },
        options,
      };
    },
    held: (name) => server.held(name),
    release: (name) => server.release(name),
    requests: () => server.requestsOf("story").length,
    told: (text) =>
      server.requestsOf("story").some(({ body }) => JSON.stringify(body.messages).includes(text)),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A second script in the same stage begins where the conversation stands. */
function continued(server: ModelServer, steps: readonly ModelStep[]): ModelScript {
  const before = server.requestsOf("story").length;
  return ({ turn }) => steps[turn - before];
}

/** Makes a home for a Claude client and gives its environment: one that knows no user and no network but the server. */
export function claudeScratch(home: string, url: string): Readonly<Record<string, string>> {
  mkdirSync(join(home, "tmp"), { recursive: true });
  return {
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, ".claude"),
    TMPDIR: join(home, "tmp"),
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "sk-ant-dummy",
    CLAUDE_CODE_MAX_RETRIES: "1",
    BREAKWATER_CLIENTS: clientsFolder(),
  };
}

/** A turn in the words of Claude's tools. */
export function claudeStep(turn: ActTurn): ModelStep {
  switch (turn.turn) {
    case "calls":
      return { kind: "reply", calls: turn.acts.map(claudeCall) };
    case "end":
      return { kind: "reply", calls: [{ tool: "StructuredOutput", input: reportIn(turn.text) }] };
    case "hold":
      return { kind: "hold", name: turn.name, then: claudeStep(turn.then) };
  }
}

/** The claim of a last message as the report by schema that Claude is asked for. */
function reportIn(text: string): JsonObject {
  const { kind: status, ...rest } = readLastWord(text).claim;
  return { status, summary: "reason" in rest ? rest.reason : "", ...rest };
}

export function claudeCall(act: AgentAct): ModelCall {
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
