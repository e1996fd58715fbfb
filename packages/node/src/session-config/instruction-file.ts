import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./platform.ts";

/** The file that tells agents about a project; `name` is relative to the root. */
export type InstructionFile = { readonly name: string; readonly text: string };

const largest = 2 * 1024 * 1024;

/**
 * The one instruction file of a project, or `undefined`. `CLAUDE.md` comes first, on Codex `AGENTS.md`; an
 * empty file counts as absent and the two are never mixed. `SO_CONFIG_FILE` names another one.
 *
 * A `CLAUDE.md` without a section of its own that imports `@AGENTS.md` stands for that file, as it does for
 * the agent that reads it.
 */
export function findInstructionFile(
  root: string,
  {
    platform,
    env,
  }: { readonly platform: Platform; readonly env: Readonly<Record<string, string | undefined>> },
): InstructionFile | undefined {
  const named = env["SO_CONFIG_FILE"];
  if (named !== undefined && named !== "") return readInstruction(root, named);
  const order = platform === "codex" ? ["AGENTS.md", "CLAUDE.md"] : ["CLAUDE.md", "AGENTS.md"];
  for (const name of order) {
    const found = readInstruction(root, name);
    if (found === undefined) continue;
    const stands =
      name === "CLAUDE.md" &&
      /^@(?:\.\/)?AGENTS\.md\s*$/m.test(found.text) &&
      !/^## Session Config\r?$/m.test(found.text);
    return stands ? (readInstruction(root, "AGENTS.md") ?? found) : found;
  }
  return undefined;
}

function readInstruction(root: string, name: string): InstructionFile | undefined {
  try {
    const bytes = readFileSync(join(root, name));
    if (bytes.length > largest) return undefined;
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    return text.trim() === "" ? undefined : { name, text };
  } catch {
    return undefined;
  }
}
