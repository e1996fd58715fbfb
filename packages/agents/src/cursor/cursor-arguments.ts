import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentSpec, HookDoor } from "../contract.ts";
import { shellLine } from "../shell-line.ts";

/** The client waits so long for a hook, in seconds; the hook itself gives up much sooner. */
const HOOK_SECONDS = 10;

/**
 * Writes the plugin of a run and gives its folder: one hook before each tool, which blocks where it fails. It
 * lies in the folder of the door, which the agent may not write and no commit can carry. One event only: a file
 * with a name that the client does not know is said to be passed over as a whole.
 */
export function writePlugin(door: Pick<HookDoor, "command" | "folder">): string {
  const folder = join(door.folder, "cursor");
  for (const part of [".cursor-plugin", "hooks"]) mkdirSync(join(folder, part), { recursive: true });
  const hook = { command: shellLine(door.command), timeout: HOOK_SECONDS, failClosed: true };
  const about = { name: "breakwater-door", version: "1.0.0", description: "The door of an attempt" };
  writeFileSync(join(folder, ".cursor-plugin", "plugin.json"), JSON.stringify(about));
  writeFileSync(
    join(folder, "hooks", "hooks.json"),
    JSON.stringify({ version: 1, hooks: { preToolUse: [hook] } }),
  );
  return folder;
}

/** The arguments of a run. A prompt that begins like a flag is no flag. */
export function cursorArguments(
  { workspace, resume, model, prompt }: Pick<AgentSpec, "workspace" | "resume" | "model" | "prompt">,
  plugin: string,
): readonly string[] {
  return [
    "-p",
    "--output-format",
    "stream-json",
    "--force",
    "--trust",
    "--workspace",
    workspace,
    "--plugin-dir",
    plugin,
    ...(resume === undefined ? [] : ["--resume", resume]),
    ...(model === undefined ? [] : ["--model", model]),
    prompt.startsWith("-") ? `\n${prompt}` : prompt,
  ];
}
