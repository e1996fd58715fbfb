import { resolve } from "node:path";
import { ok } from "@breakwater/core";
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
import { askVersion, isAtLeast } from "../find-client.ts";
import { makeHomes } from "../make-folder.ts";
import { findClaude, OLDEST_CLI, tooOld } from "./find-claude.ts";
import { startByCli } from "./cli-door.ts";
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

async function probeOf(found: ReturnType<typeof findClaude>): Promise<RuntimeProbe> {
  if (!found.ok) return { found: false, capabilities: CAPABILITIES, problems: [found.failure] };
  const { door, program } = found.value;
  if (door === "sdk")
    return {
      found: true,
      path: program,
      version: found.value.version,
      capabilities: CAPABILITIES,
      problems: [],
    };
  const version = await askVersion([program], { PATH: process.env["PATH"], HOME: process.env["HOME"] });
  const capabilities: Capabilities = { ...CAPABILITIES, door: "hook" };
  if (version !== undefined && isAtLeast(version, OLDEST_CLI))
    return { found: true, path: program, version, capabilities, problems: [] };
  return {
    found: false,
    path: program,
    capabilities,
    problems: [tooOld(`the program claude ${version ?? ""}`.trimEnd(), OLDEST_CLI)],
  };
}

function start(spec: AgentSpec, run: AgentRun): RunningAgent {
  const found = clientOf(spec);
  if (!found.ok) return neverStarted(`${found.failure.message}. ${found.failure.fix ?? ""}`);
  makeHomes(claudeHomes(spec.environment));
  return found.value.door === "sdk" ? startBySdk(found.value, spec, run) : startByCli(found.value, spec, run);
}

/**
 * Options for users whose client lies elsewhere, and for tests: `claude-program` replaces the program that was
 * found, `claude-door` with the value `cli` leaves the Agent SDK out.
 */
function clientOf(spec: AgentSpec): ReturnType<typeof findClaude> {
  const found = findClaude({ from: process.cwd(), environment: { ...process.env, ...spec.environment } });
  if (!found.ok) return found;
  const program = resolve(textOf(spec.options["claude-program"]) ?? found.value.program);
  const plain = found.value.door === "cli" || spec.options["claude-door"] === "cli";
  return ok(plain ? { door: "cli", program } : { ...found.value, program });
}
