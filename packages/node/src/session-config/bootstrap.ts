import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "@breakwater/core";
import { parse } from "yaml";
import { findInstructionFile } from "./instruction-file.ts";
import { resolvePlatform } from "./platform.ts";
import { hasSection, HEADING } from "./section-text.ts";

/** The committed record that a project was made ready, relative to the root. */
export const BOOTSTRAP_LOCK = ".orchestrator/bootstrap.lock";

export const TIERS = ["fast", "standard", "deep"] as const;

export type Tier = (typeof TIERS)[number];

/** Whether a project is ready for sessions; a closed gate says why, and what opens it. */
export type BootstrapGate =
  | { readonly open: true; readonly tier: Tier; readonly file: string }
  | { readonly open: false; readonly reason: BootstrapReason; readonly failure: Failure };

export type BootstrapReason = "no-claude-md" | "no-session-config" | "no-bootstrap-lock" | "invalid-lock";

/**
 * Whether a project is ready (`docs/spec/config.md`): an instruction file, its section, and a valid lock, in
 * this order. Nothing passes by it. Reads only; never throws. Codes: BW820 to BW823.
 */
export function checkBootstrap(
  root: string,
  {
    env,
    platform,
  }: { readonly env: Readonly<Record<string, string | undefined>>; readonly platform?: string },
): BootstrapGate {
  const resolved = resolvePlatform(root, { env, ...(platform === undefined ? {} : { flag: platform }) });
  const file = findInstructionFile(root, { platform: resolved.platform, env });
  if (file === undefined)
    return closed("no-claude-md", "BW820", `${root} has no CLAUDE.md and no AGENTS.md with content`);
  if (!hasSection(file.text))
    return closed("no-session-config", "BW821", `${file.name} has no section "${HEADING}"`);
  const text = readText(join(root, BOOTSTRAP_LOCK));
  if (text === undefined) return closed("no-bootstrap-lock", "BW822", `there is no ${BOOTSTRAP_LOCK}`);
  const lock = readLock(text);
  if (typeof lock === "string")
    return closed("invalid-lock", "BW823", `${BOOTSTRAP_LOCK} is not valid: ${lock}`);
  return { open: true, tier: lock.tier, file: file.name };
}

function closed(reason: BootstrapReason, code: string, message: string): BootstrapGate {
  const why =
    "a session starts only where somebody said how this project is tested and that agents may work on it";
  const fix =
    code === "BW823"
      ? `correct the file, or write it anew: breakwater init --tier fast`
      : "breakwater init --tier fast";
  return { open: false, reason, failure: { code, message, why, fix } };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A committed lock: which tier a project was made ready for, when, and by what. */
export type BootstrapLock = {
  readonly tier: Tier;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly source: LockSource;
  readonly archetype?: string;
  /** The version of the program that wrote it. */
  readonly version?: string;
  readonly refreshed?: { readonly at: string; readonly version: string };
};

export const LOCK_SOURCES = ["claude-init", "projects-baseline", "plugin-template", "retroactive"] as const;

export type LockSource = (typeof LOCK_SOURCES)[number];

/** The lock of a project, or `undefined` where there is none that is valid. Never throws. */
export function readBootstrapLock(root: string): BootstrapLock | undefined {
  const text = readText(join(root, BOOTSTRAP_LOCK));
  const lock = text === undefined ? undefined : readLock(text);
  return typeof lock === "object" ? lock : undefined;
}

/** The lock, or what is wrong with it. */
function readLock(text: string): BootstrapLock | string {
  let value: unknown;
  try {
    value = parse(text, { schema: "core" });
  } catch {
    return "it is not YAML";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it holds no keys";
  const entries = new Map<string, unknown>(Object.entries(value));
  const absent = ["version", "tier", "timestamp", "source"].find((key) => !entries.has(key));
  if (absent !== undefined) return `${absent} is missing`;
  if (entries.get("version") !== 1) return "version is not 1";
  const tier = TIERS.find((each) => each === entries.get("tier"));
  if (tier === undefined) return `tier is none of ${TIERS.join(", ")}`;
  const timestamp = entries.get("timestamp");
  if (typeof timestamp !== "string" || Number.isNaN(Date.parse(timestamp))) return "timestamp is no time";
  const source = LOCK_SOURCES.find((each) => each === entries.get("source"));
  if (source === undefined) return `source is none of ${LOCK_SOURCES.join(", ")}`;
  const word = (key: string): string | undefined => {
    const held = entries.get(key);
    return typeof held === "string" && held !== "" ? held : undefined;
  };
  const archetype = word("archetype");
  const version = word("plugin-version");
  const at = word("refreshed-at");
  const refreshedBy = word("refreshed-plugin-version");
  return {
    tier,
    timestamp,
    source,
    ...(archetype === undefined ? {} : { archetype }),
    ...(version === undefined ? {} : { version }),
    ...(at === undefined || refreshedBy === undefined ? {} : { refreshed: { at, version: refreshedBy } }),
  };
}

/** The text of a lock. */
export function bootstrapLockText(lock: BootstrapLock): string {
  const { tier, archetype, timestamp, source, version, refreshed } = lock;
  return [
    "version: 1",
    `tier: ${tier}`,
    `archetype: ${archetype ?? "null"}`,
    `timestamp: ${timestamp}`,
    `source: ${source}`,
    ...(version === undefined ? [] : [`plugin-version: ${version}`]),
    ...(refreshed === undefined
      ? []
      : [`refreshed-at: ${refreshed.at}`, `refreshed-plugin-version: ${refreshed.version}`]),
    "",
  ].join("\n");
}
