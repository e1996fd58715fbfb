import { resolve } from "node:path";
import type {
  AgentRun,
  AgentRuntime,
  AgentSpec,
  Capabilities,
  RunningAgent,
  RuntimeProbe,
} from "../contract.ts";
import { textOf } from "../json-shape.ts";
import { neverStarted } from "../never-started.ts";
import { CLAUDE_CANARY } from "./claude-canary.ts";
import { CLAUDE_MEASURED } from "./claude-guarantee.ts";
import { CLAUDE_INHERITS, claudeHomes } from "./claude-environment.ts";
import { type ClaudeClient, findClaude } from "./find-claude.ts";
import { startBySdk } from "./sdk-door.ts";

/** Claude Code, driven through the user's Agent SDK. */
export const claudeRuntime: AgentRuntime = {
  name: "claude",
  inherits: CLAUDE_INHERITS,
  homes: claudeHomes,
  measured: CLAUDE_MEASURED,
  canary: CLAUDE_CANARY,
  probe: async () => probeOf(findClaude({ from: process.cwd(), environment: process.env })),
  start,
};

const CAPABILITIES: Capabilities = {
  door: "callback",
  doorFailsClosed: true,
  continuesAfterDenial: true,
  steer: true,
  resume: true,
  usage: "tokens-and-usd",
  liveUsage: true,
};

function probeOf(found: ReturnType<typeof findClaude>): RuntimeProbe {
  if (!found.ok) return { found: false, capabilities: CAPABILITIES, problems: [found.failure] };
  const { program } = found.value;
  const version = found.value.door === "sdk" ? { version: found.value.version } : {};
  return { found: true, path: program, ...version, capabilities: CAPABILITIES, problems: [] };
}

function start(spec: AgentSpec, run: AgentRun): RunningAgent {
  const found = clientOf(spec);
  if (!found.ok) return neverStarted(`${found.failure.message}. ${found.failure.fix ?? ""}`);
  return found.value.door === "sdk"
    ? startBySdk(found.value, spec, run)
    : neverStarted("only the program claude was found");
}

/** Options for tests and for users whose client lies elsewhere: `program` replaces the one that was found. */
function clientOf(spec: AgentSpec): ReturnType<typeof findClaude> {
  const found = findClaude({ from: process.cwd(), environment: { ...process.env, ...spec.environment } });
  const program = textOf(spec.options["claude-program"]);
  if (!found.ok || program === undefined) return found;
  const client: ClaudeClient = { ...found.value, program: resolve(program) };
  return { ok: true, value: client };
}
