import { existsSync } from "node:fs";
import { join } from "node:path";

/** Whose files a project uses: where STATE.md goes and which instruction file comes first. */
export type Platform = "claude" | "codex" | "cursor" | "none";

export type ResolvedPlatform = {
  readonly platform: Platform;
  /** The folder of STATE.md and wave-scope.json, relative to the root. */
  readonly stateDir: string;
  /** What decided, for people. */
  readonly because: string;
};

const STATE_DIR: Readonly<Record<Platform, string>> = {
  claude: ".claude",
  codex: ".codex",
  cursor: ".cursor",
  none: ".orchestrator",
};

/** What each host sets for the commands that it runs. */
const HOST_VARIABLES: readonly (readonly [string, Platform])[] = [
  ["CLAUDE_PLUGIN_ROOT", "claude"],
  ["CODEX_PLUGIN_ROOT", "codex"],
  ["CURSOR_RULES_DIR", "cursor"],
  ["CLAUDECODE", "claude"],
  ["CODEX_SANDBOX", "codex"],
  ["CURSOR_AGENT", "cursor"],
];

/**
 * The platform of a project: `--platform`, then `SO_PLATFORM`, then what a host says, then the only one of
 * `.claude`, `.codex` and `.cursor` that exists, else none. An unknown word in `SO_PLATFORM` counts as none said.
 */
export function resolvePlatform(
  root: string,
  { flag, env }: { readonly flag?: string; readonly env: Readonly<Record<string, string | undefined>> },
): ResolvedPlatform {
  const asked = platformOf(flag);
  if (asked !== undefined) return chosen(asked, "--platform");
  const variable = platformOf(env["SO_PLATFORM"]);
  if (variable !== undefined) return chosen(variable, "SO_PLATFORM");
  const host = HOST_VARIABLES.find(([name]) => (env[name] ?? "") !== "");
  if (host !== undefined) return chosen(host[1], host[0]);
  const present = (["claude", "codex", "cursor"] as const).filter((each) =>
    existsSync(join(root, STATE_DIR[each])),
  );
  const [only] = present;
  if (only !== undefined && present.length === 1) return chosen(only, `the folder ${STATE_DIR[only]}`);
  return chosen(
    "none",
    present.length === 0 ? "no folder of an agent" : `several folders: ${present.join(", ")}`,
  );
}

function chosen(platform: Platform, because: string): ResolvedPlatform {
  return { platform, stateDir: STATE_DIR[platform], because };
}

const PLATFORMS: readonly Platform[] = ["claude", "codex", "cursor", "none"];

function platformOf(word: string | undefined): Platform | undefined {
  return PLATFORMS.find((platform) => platform === word);
}
