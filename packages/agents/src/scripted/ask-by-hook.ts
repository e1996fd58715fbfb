import { spawn } from "node:child_process";
import type { DoorAnswer } from "./host-line.ts";
import type { ToolStep } from "./script.ts";
import type { Stage } from "./stage.ts";

let calls = 0;

/**
 * Asks by a hook as real clients do: exit code 2 refuses, and every other end lets the call run, also that of
 * a hook which does not work.
 */
export function askByHook(stage: Stage, step: ToolStep, hook: readonly string[]): Promise<DoorAnswer> {
  const call = `hook-${(calls += 1)}`;
  const { verb, ...rest } = step;
  const input = "path" in rest ? { ...rest, file_path: rest.path } : rest;
  const payload = JSON.stringify({ tool_name: verb, tool_input: input, tool_use_id: call });
  const [file = "", ...args] = hook;
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: stage.workspace, env: {}, stdio: ["pipe", "ignore", "pipe"] });
    let reason = "";
    const settle = (allow: boolean): void => resolve({ kind: "decision", call, allow, reason });
    child.stderr.on("data", (chunk: Buffer) => (reason = (reason + chunk.toString()).slice(0, 4_000)));
    for (const pipe of [child.stdin, child.stderr]) pipe.on("error", () => {});
    child.once("error", () => settle(true));
    child.once("close", (code) => settle(code !== 2));
    child.stdin.end(payload);
  });
}
