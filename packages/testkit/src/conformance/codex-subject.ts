import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codexRuntimeAt, type CodexDoorName } from "@breakwater/agents";
import { startModelServer } from "../model/model-server.ts";
import type { ModelCall, ModelStep } from "../model/model-step.ts";
import { clientProgram } from "../real-client.ts";
import type { ActTurn, AgentAct } from "./act.ts";
import { openModelStage } from "./model-stage.ts";
import type { ConformanceSubject } from "./subject.ts";

/** Codex as a subject: the real client, against a model server on loopback, with a home of its own. */
export function codexSubject(door: CodexDoorName = "app-server"): ConformanceSubject {
  const command = clientProgram("codex");
  return {
    runtime: codexRuntimeAt({ door, ...(command === undefined ? {} : { command }) }),
    client: "codex",
    open: async () =>
      openModelStage({
        server: await startModelServer(),
        step: codexStep,
        configure: codexScratch,
      }),
    strangeLine:
      door === "exec"
        ? JSON.stringify({ type: "never-heard-of", n: 1 })
        : JSON.stringify({ method: "never-heard-of", params: { n: 1 } }),
    unstartable: { options: { "codex-program": "/nonexistent/codex" } },
    usagePerTurn: { inputTokens: 1_000, outputTokens: 20 },
  };
}

/** A model that Codex knows by name: it is given the tools `exec_command` and `apply_patch`. */
const KNOWN_MODEL = "gpt-5.5-codex";

/** Makes a home for a Codex client that knows no user and no network but the server; gives its environment. */
export function codexScratch(home: string, url: string): Readonly<Record<string, string>> {
  mkdirSync(home, { recursive: true });
  const config = [
    `model = "${KNOWN_MODEL}"`,
    'model_provider = "loopback"',
    "[model_providers.loopback]",
    'name = "loopback"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'env_key = "OPENAI_API_KEY"',
    "supports_websockets = false",
    "request_max_retries = 2",
    "stream_max_retries = 1",
    "",
  ];
  writeFileSync(join(home, "config.toml"), config.join("\n"));
  // The client makes no sandbox where its home lies in the temporary folder.
  const TMPDIR = join(home, "tmp");
  mkdirSync(TMPDIR, { recursive: true });
  return { HOME: home, CODEX_HOME: home, TMPDIR, OPENAI_API_KEY: "sk-dummy" };
}

/** A turn in the words of Codex' tools. */
export function codexStep(turn: ActTurn): ModelStep {
  switch (turn.turn) {
    case "calls":
      return { kind: "reply", calls: turn.acts.map(codexCall) };
    case "end":
      return { kind: "reply", text: turn.text };
    case "hold":
      return { kind: "hold", name: turn.name, then: codexStep(turn.then) };
  }
}

/** Codex has no tool to read with but its shell. */
function codexCall(act: AgentAct): ModelCall {
  switch (act.act) {
    case "write":
      return patch(`*** Add File: ${act.path}`, linesOf(act.content, "+"));
    case "edit":
      return patch(`*** Update File: ${act.path}`, [
        "@@",
        ...linesOf(act.find, "-"),
        ...linesOf(act.replace, "+"),
      ]);
    case "read":
      return { tool: "exec_command", input: { cmd: `cat ${act.path}` } };
    case "shell":
      return { tool: "exec_command", input: { cmd: act.command, yield_time_ms: 30_000 } };
  }
}

function patch(head: string, body: readonly string[]): ModelCall {
  return { tool: "apply_patch", input: ["*** Begin Patch", head, ...body, "*** End Patch"].join("\n") };
}

function linesOf(text: string, sign: string): readonly string[] {
  return text
    .replace(/\n$/u, "")
    .split("\n")
    .map((line) => `${sign}${line}`);
}
