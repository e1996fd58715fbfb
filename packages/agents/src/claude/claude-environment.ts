import { homedir } from "node:os";
import { join } from "node:path";

/** Names that Claude Code may inherit: sign-in, provider, proxy. */
export const CLAUDE_INHERITS: readonly string[] = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_BASE_URL",
  "ANTHROPIC_CUSTOM_HEADERS",
  "ANTHROPIC_MODEL",
  "ANTHROPIC_VERTEX_PROJECT_ID",
  "AWS_ACCESS_KEY_ID",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "BREAKWATER_CLIENTS",
  "CLAUDE_CODE_MAX_RETRIES",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CONFIG_DIR",
  "CLOUD_ML_REGION",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
];

/** What is switched off for a run: updates, reports home, memories and work that outlives a turn. */
const QUIET: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
  DISABLE_ERROR_REPORTING: "1",
  DISABLE_TELEMETRY: "1",
};

/** The whole environment of the client: what the host gave, and what keeps a run to itself. */
export function claudeEnvironment(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { TMPDIR } = given;
  // The client keeps its own temporary files in a folder that all its runs share, unless it is told another one.
  return { ...given, ...QUIET, ...(TMPDIR === undefined ? {} : { CLAUDE_CODE_TMPDIR: TMPDIR }) };
}

/** Where the user's sign-in and conversations are; they stay there, and only settings are passed beside them. */
export function claudeHomes(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const own = environment["CLAUDE_CONFIG_DIR"];
  if (own !== undefined && own !== "") return [own];
  const home = environment["HOME"] ?? homedir();
  return [join(home, ".claude"), join(home, ".claude.json")];
}
