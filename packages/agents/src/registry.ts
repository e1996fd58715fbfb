import { fail, ok, type Result } from "@breakwater/core";
import type { AgentRuntime } from "./contract.ts";
import { claudeRuntime } from "./claude/claude-runtime.ts";
import { codexRuntime } from "./codex/codex-runtime.ts";
import { scriptedRuntime } from "./scripted/scripted-runtime.ts";

/** Every runtime that this version knows, in the order in which they are offered. */
export const RUNTIMES: readonly AgentRuntime[] = [scriptedRuntime, claudeRuntime, codexRuntime];

/** The runtime of an agent by its name; the failure is BW743. */
export function runtimeOf(name: string): Result<AgentRuntime> {
  const runtime = RUNTIMES.find((candidate) => candidate.name === name);
  if (runtime !== undefined) return ok(runtime);
  const names = RUNTIMES.map((known) => known.name);
  return fail({
    code: "BW743",
    message: `there is no agent named ${JSON.stringify(name)}`,
    why: `This version knows ${names.join(", ")}.`,
    fix: "Correct agents.default or the agent key of the task in the plan.",
  });
}
