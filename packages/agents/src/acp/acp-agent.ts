import { homedir } from "node:os";
import { join } from "node:path";
import type { CanaryModel } from "../canary.ts";
import { CLAUDE_CANARY } from "../claude/claude-canary.ts";
import type { MeasuredGuarantees } from "../guarantee.ts";
import { acpMeasured } from "./acp-guarantee.ts";
import { GEMINI_CANARY } from "./gemini-canary.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** An agent that speaks the Agent Client Protocol, and what is particular about it: data, no behaviour. */
export type AcpAgent = {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The mode in which it asks before it edits and before it runs; absent: the one it starts in. */
  readonly askingMode?: string;
  /** Whether it goes on after a refusal; else the refusal ends its turn. */
  readonly goesOnAfterDenial: boolean;
  /** Whether it goes on with a conversation that another process of it had. */
  readonly resumes: boolean;
  /** Whether its real client was seen to keep the contract; else all is from its documentation. */
  readonly tested: boolean;
  /** What was measured of it; there where it is tested. */
  readonly measured?: MeasuredGuarantees;
  readonly inherits: readonly string[];
  /** Set for its client, so that it asks and keeps to itself. */
  readonly environment: Readonly<Record<string, string>>;
  readonly homes: (environment: Environment) => readonly string[];
  /** Arguments that choose a model. */
  readonly modelArguments?: (model: string) => readonly string[];
  /** How its door is tried; absent where no model on this machine can speak to it. */
  readonly canary?: CanaryModel;
  /** How a user gets it. */
  readonly install: string;
};

const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] as const;

const GEMINI: AcpAgent = {
  name: "gemini",
  command: ["gemini", "--acp"],
  askingMode: "default",
  goesOnAfterDenial: true,
  // A conversation that is over is not found again by a later process.
  resumes: false,
  tested: true,
  measured: acpMeasured("0.61.0", { resumes: false }),
  inherits: [
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_GENAI_USE_VERTEXAI",
    ...PROXIES,
  ],
  environment: {},
  homes: (environment) => [join(homeOf(environment), ".gemini")],
  modelArguments: (model) => ["--model", model],
  canary: GEMINI_CANARY,
  install: "npm install --global @google/gemini-cli",
};

const CLAUDE: AcpAgent = {
  name: "claude-agent-acp",
  command: ["claude-agent-acp"],
  askingMode: "default",
  goesOnAfterDenial: true,
  resumes: true,
  tested: true,
  measured: acpMeasured("0.49.0", { resumes: true }),
  inherits: [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "CLAUDE_CODE_EXECUTABLE",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CONFIG_DIR",
    ...PROXIES,
  ],
  environment: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
  homes: (environment) => [
    environment["CLAUDE_CONFIG_DIR"] ?? join(homeOf(environment), ".claude"),
    join(homeOf(environment), ".claude.json"),
  ],
  canary: CLAUDE_CANARY,
  install: "npm install --global @agentclientprotocol/claude-agent-acp",
};

const OPENCODE: AcpAgent = {
  name: "opencode",
  command: ["opencode", "acp"],
  goesOnAfterDenial: true,
  resumes: true,
  tested: false,
  inherits: ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY", "OPENCODE_CONFIG", ...PROXIES],
  environment: {
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      permission: { edit: "ask", bash: "ask", webfetch: "ask" },
      // Without it a refusal ends the turn as if the work were done.
      experimental: { continue_loop_on_deny: true },
    }),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
  },
  homes: (environment) =>
    [".local/share/opencode", ".local/state/opencode", ".config/opencode", ".cache/opencode"].map((path) =>
      join(homeOf(environment), path),
    ),
  install: "npm install --global opencode-ai",
};

const CODEX: AcpAgent = {
  name: "codex-acp",
  command: ["codex-acp"],
  // In the mode it starts in, writes pass without a question.
  askingMode: "read-only",
  goesOnAfterDenial: false,
  resumes: true,
  tested: false,
  inherits: ["CODEX_API_KEY", "CODEX_HOME", "CODEX_PATH", "OPENAI_API_KEY", "OPENAI_BASE_URL", ...PROXIES],
  environment: {},
  homes: (environment) => [environment["CODEX_HOME"] ?? join(homeOf(environment), ".codex")],
  install: "npm install --global @agentclientprotocol/codex-acp",
};

/** Agents whose particulars are known. */
export const ACP_AGENTS: readonly AcpAgent[] = [GEMINI, CLAUDE, OPENCODE, CODEX];

/**
 * An agent of which nothing is known but how it is started: its words, separated by blanks. It is taken to ask
 * in the mode it starts in, and not to go on after a refusal.
 */
export function unknownAgent(words: string): AcpAgent | undefined {
  const [program, ...args] = words.split(" ").filter((word) => word !== "");
  if (program === undefined) return undefined;
  return {
    name: words,
    command: [program, ...args],
    goesOnAfterDenial: false,
    resumes: false,
    tested: false,
    inherits: [...PROXIES],
    environment: {},
    homes: () => [],
    install: `put ${program} on PATH`,
  };
}

function homeOf(environment: Environment): string {
  return environment["HOME"] ?? homedir();
}
