import { fail, ok, type Result } from "@breakwater/core";
import type { AgentRuntime } from "./contract.ts";
import { ACP_RUNTIMES, acpRuntimeOf } from "./acp/acp-runtime.ts";
import { claudeRuntime } from "./claude/claude-runtime.ts";
import { codexExecRuntime, codexRuntime } from "./codex/codex-runtime.ts";
import { cursorRuntime } from "./cursor/cursor-runtime.ts";
import { hostRuntime } from "./host/host-runtime.ts";
import { scriptedRuntime } from "./scripted/scripted-runtime.ts";

/** Every runtime that this version knows, in the order in which they are offered. */
export const RUNTIMES: readonly AgentRuntime[] = [
  scriptedRuntime,
  claudeRuntime,
  codexRuntime,
  cursorRuntime,
  ...ACP_RUNTIMES,
];

/**
 * Known by name alone, and offered to nobody who did not ask: the one needs a host that is there, the other is
 * the weaker door of a client that is offered.
 */
export const UNOFFERED_RUNTIMES: readonly AgentRuntime[] = [hostRuntime, codexExecRuntime];

/** The runtime of an agent by its name; the failure is BW743. */
export function runtimeOf(name: string): Result<AgentRuntime> {
  const runtime =
    [...RUNTIMES, ...UNOFFERED_RUNTIMES].find((candidate) => candidate.name === name) ?? acpRuntimeOf(name);
  if (runtime !== undefined) return ok(runtime);
  const names = [...RUNTIMES, ...UNOFFERED_RUNTIMES].map((known) => known.name);
  return fail({
    code: "BW743",
    message: `there is no agent named ${JSON.stringify(name)}`,
    why: `This version knows ${names.join(", ")}, and acp:COMMAND for any other agent of that protocol.`,
    fix: "Correct agents.default or the agent key of the task in the plan.",
  });
}
