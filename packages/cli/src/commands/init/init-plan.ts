import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  BOOTSTRAP_LOCK,
  bootstrapLockText,
  checkBootstrap,
  findInstructionFile,
  hasSection,
  HEADING,
  resolvePlatform,
} from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { FileChange } from "./file-change.ts";
import { CHECK_KEYS } from "./find-check.ts";
import type { CheckKey } from "./find-check.ts";

/** The command of each check; one that is missing is written as `skip`. */
export type CheckCommands = Readonly<Partial<Record<CheckKey, string>>>;

/** Whether the section is there already, so that no commands have to be found. */
export function hasSettings(root: string, context: CommandContext): boolean {
  const file = instructionFile(root, context);
  return file !== undefined && hasSection(file.text);
}

/** The changes that make a project ready; none where it is. What is there is never rewritten, only added to. */
export function initChanges(
  root: string,
  commands: CheckCommands,
  context: CommandContext,
): readonly FileChange[] {
  return [...sectionChange(root, commands, context), ...lockChange(root, context)];
}

function sectionChange(
  root: string,
  commands: CheckCommands,
  context: CommandContext,
): readonly FileChange[] {
  const file = instructionFile(root, context);
  if (file !== undefined && hasSection(file.text)) return [];
  const lines = CHECK_KEYS.map((key) => `- ${key}: ${quoted(commands[key] ?? "skip")}`);
  const section = [HEADING, "", ...lines, ""].join("\n");
  const path = file?.name ?? newFileName(root, context);
  const before = readText(join(root, path));
  if (before === undefined) return [{ path, after: `# For agents\n\n${section}` }];
  const gap = before === "" ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  return [{ path, before, after: `${before}${gap}${section}` }];
}

/** A value that holds what begins a comment needs quotes. */
function quoted(command: string): string {
  return /\s#/.test(command) ? `\`${command}\`` : command;
}

function newFileName(root: string, context: CommandContext): string {
  const { platform } = resolvePlatform(root, {
    env: context.env,
    ...(context.platform === undefined ? {} : { flag: context.platform }),
  });
  return platform === "claude" ? "CLAUDE.md" : "AGENTS.md";
}

function lockChange(root: string, context: CommandContext): readonly FileChange[] {
  const gate = checkBootstrap(root, {
    env: context.env,
    ...(context.platform === undefined ? {} : { platform: context.platform }),
  });
  const before = readText(join(root, BOOTSTRAP_LOCK));
  const isValid =
    gate.open ||
    (before !== undefined && gate.reason !== "invalid-lock" && gate.reason !== "no-bootstrap-lock");
  if (isValid && before !== undefined) return [];
  const after = bootstrapLockText({
    tier: "fast",
    timestamp: context.now().toISOString(),
    version: context.version,
  });
  return [{ path: BOOTSTRAP_LOCK, after, ...(before === undefined ? {} : { before }) }];
}

function instructionFile(root: string, context: CommandContext): ReturnType<typeof findInstructionFile> {
  const { platform } = resolvePlatform(root, {
    env: context.env,
    ...(context.platform === undefined ? {} : { flag: context.platform }),
  });
  // A file that the environment names is not one that init writes to.
  return findInstructionFile(root, { platform, env: {} });
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
