import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  BOOTSTRAP_LOCK,
  bootstrapLockText,
  findInstructionFile,
  hasSection,
  HEADING,
  readBootstrapLock,
  resolvePlatform,
  TIERS,
} from "@breakwater/node";
import type { BootstrapLock, Tier } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { FileChange } from "./file-change.ts";
import { CHECK_KEYS } from "./find-check.ts";
import type { CheckKey } from "./find-check.ts";
import { tierFiles } from "./tier-file.ts";
import type { Archetype } from "./tier-file.ts";

/** The command of each check; one that is missing is written as `skip`. */
export type CheckCommands = Readonly<Partial<Record<CheckKey, string>>>;

/** What is asked of init. */
export type InitOrder = {
  /** As asked for; otherwise the tier of the lock, or `fast`. */
  readonly tier?: Tier;
  readonly archetype?: Archetype;
  /** Whether the project was made ready by hand, and only the record is missing. */
  readonly isRetroactive: boolean;
  /** Whether a valid lock gets the time and version of now. */
  readonly isRefresh: boolean;
  readonly commands: CheckCommands;
};

/** Whether the section is there already, so that no commands have to be found. */
export function hasSettings(root: string, context: CommandContext): boolean {
  const file = instructionFile(root, context);
  return file !== undefined && hasSection(file.text);
}

/** The tier that init brings a project to: a lower one than it has is never asked back. */
export function tierFor(root: string, asked: Tier | undefined): Tier {
  const had = readBootstrapLock(root)?.tier;
  return TIERS.find((tier) => TIERS.indexOf(tier) === Math.max(rank(had), rank(asked))) ?? "fast";
}

function rank(tier: Tier | undefined): number {
  return tier === undefined ? 0 : TIERS.indexOf(tier);
}

/** The changes that make a project ready; none where it is. What is there is never rewritten, only added to. */
export function initChanges(root: string, order: InitOrder, context: CommandContext): readonly FileChange[] {
  const lock = lockChange(root, order, context);
  if (order.isRetroactive || order.isRefresh) return lock;
  const { commands: checks, archetype } = order;
  const files = tierFiles({
    tier: tierFor(root, order.tier),
    name: basename(root).replace(/[^A-Za-z0-9._-]+/g, "-"),
    checks,
    ...(archetype === undefined ? {} : { archetype }),
  });
  return [
    ...sectionChange(root, checks, context),
    ...files.flatMap(({ path, text }) => (existsSync(join(root, path)) ? [] : [{ path, after: text }])),
    ...lock,
  ];
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
  return platformOf(root, context).platform === "claude" ? "CLAUDE.md" : "AGENTS.md";
}

function lockChange(
  root: string,
  { tier, archetype, isRetroactive, isRefresh }: InitOrder,
  context: CommandContext,
): readonly FileChange[] {
  const before = readText(join(root, BOOTSTRAP_LOCK));
  const had = readBootstrapLock(root);
  const wanted = tierFor(root, tier);
  if (had !== undefined && !isRefresh && had.tier === wanted) return [];
  const now = context.now().toISOString();
  const fresh: BootstrapLock = {
    tier: wanted,
    timestamp: now,
    source: isRetroactive ? "retroactive" : "claude-init",
    version: context.version,
    ...(archetype === undefined || wanted === "fast" ? {} : { archetype }),
  };
  const refreshed = { at: now, version: context.version };
  const lock = had === undefined ? fresh : { ...had, tier: wanted, refreshed };
  return [
    { path: BOOTSTRAP_LOCK, after: bootstrapLockText(lock), ...(before === undefined ? {} : { before }) },
  ];
}

function instructionFile(root: string, context: CommandContext): ReturnType<typeof findInstructionFile> {
  // A file that the environment names is not one that init writes to.
  return findInstructionFile(root, { platform: platformOf(root, context).platform, env: {} });
}

/** Whose files a project uses. */
export function platformOf(
  root: string,
  { env, platform }: CommandContext,
): ReturnType<typeof resolvePlatform> {
  return resolvePlatform(root, { env, ...(platform === undefined ? {} : { flag: platform }) });
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
