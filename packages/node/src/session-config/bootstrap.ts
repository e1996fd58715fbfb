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

/** The lock as far as it matters, or what is wrong with it. */
function readLock(text: string): { readonly tier: Tier } | string {
  let value: unknown;
  try {
    value = parse(text, { schema: "core" });
  } catch {
    return "it is not YAML";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it holds no keys";
  const entries = new Map(Object.entries(value));
  const absent = ["version", "tier", "timestamp", "source"].find((key) => !entries.has(key));
  if (absent !== undefined) return `${absent} is missing`;
  if (entries.get("version") !== 1) return "version is not 1";
  const timestamp = entries.get("timestamp");
  if (typeof timestamp !== "string" || Number.isNaN(Date.parse(timestamp))) return "timestamp is no time";
  const tier = TIERS.find((each) => each === entries.get("tier"));
  return tier === undefined ? `tier is none of ${TIERS.join(", ")}` : { tier };
}

/** The text of a lock. `timestamp` is ISO 8601 in UTC. */
export function bootstrapLockText(lock: {
  readonly tier: Tier;
  readonly timestamp: string;
  readonly version: string;
}): string {
  return [
    "version: 1",
    `tier: ${lock.tier}`,
    "archetype: null",
    `timestamp: ${lock.timestamp}`,
    "source: claude-init",
    `plugin-version: ${lock.version}`,
    "",
  ].join("\n");
}
