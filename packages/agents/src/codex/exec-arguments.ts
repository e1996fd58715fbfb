import { createHash } from "node:crypto";
import type { AgentSpec, HookDoor } from "../contract.ts";
import { shellLine } from "../shell-line.ts";
import { configArguments, toml } from "./codex-config.ts";

/** Longer than the hook itself ever takes: it answers or refuses within seconds. */
const HOOK_SECONDS = 60;
const EVERY_TOOL = ".*";
/** How the client names the first hook before a tool that comes by arguments. */
const HOOK_KEY = "/<session-flags>/config.toml:pre_tool_use:0:0";

/** The arguments of `codex exec`; the prompt comes by its input. */
export function execArguments(
  { workspace, model, resume }: Pick<AgentSpec, "workspace" | "model" | "resume">,
  door: Pick<HookDoor, "command">,
  schemaFile: string,
): readonly string[] {
  const settings = [
    `hooks=${hookSettings(shellLine(door.command))}`,
    'approval_policy="never"',
    // What holds is the door, the wall and the audit; this one runs a call that it stopped once more.
    'sandbox_mode="danger-full-access"',
    // No hook is asked about input to a running command, and without a terminal there is none.
    "features.unified_exec_tty=false",
    // It happens at the provider, before anybody could be asked.
    'web_search="disabled"',
  ];
  return [
    "exec",
    "--json",
    "--skip-git-repo-check",
    "--output-schema",
    schemaFile,
    ...configArguments(workspace),
    ...settings.flatMap((setting) => ["-c", setting]),
    ...(model === undefined ? [] : ["--model", model]),
    ...(resume === undefined ? [] : ["resume", resume]),
    "-",
  ];
}

/**
 * Our hook and the trust in it, as a value of TOML. The client skips a hook that nobody trusted; the trust is
 * in exactly this one, by its hash, so that no other hook is trusted with it.
 */
function hookSettings(command: string): string {
  const handler = `{type="command",command=${toml(command)},timeout=${HOOK_SECONDS}}`;
  const group = `{matcher=${toml(EVERY_TOOL)},hooks=[${handler}]}`;
  return `{PreToolUse=[${group}],state={${toml(HOOK_KEY)}={trusted_hash=${toml(trustedHash(command))}}}}`;
}

/** How the client hashes a hook: what decides about it, as JSON with its keys in order. */
function trustedHash(command: string): string {
  const identity = {
    event_name: "pre_tool_use",
    hooks: [{ async: false, command, timeout: HOOK_SECONDS, type: "command" }],
    matcher: EVERY_TOOL,
  };
  return `sha256:${createHash("sha256").update(JSON.stringify(identity)).digest("hex")}`;
}
