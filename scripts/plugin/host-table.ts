import type { HookHost, HostEvent } from "./host-event.ts";

/** The plugins, by the folder that each one fills. */
export const PLUGINS = ["claude", "codex", "cursor", "agent-plugin"] as const;
export type PluginName = (typeof PLUGINS)[number];

/** How a host is told of our commands. */
export type CommandForm =
  /** `skills/NAME/SKILL.md`; `claude` adds fields that only Claude Code reads. */
  | { readonly form: "skill"; readonly claude: boolean }
  /** `commands/NAME.md`, typed as `/NAME`. */
  | { readonly form: "command" };

/** A hook of a host: our words, when they are run, and what the host does when they fail. */
export type HostHook<Host extends HookHost> = {
  readonly event: HostEvent<Host>;
  /** The tools or the beginnings that it is for; absent for all. */
  readonly matcher?: string;
  /** What `breakwater` is given. */
  readonly words: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  /** Whether a hook that cannot be run stops the call, where the host can be told so. */
  readonly failsClosed: boolean;
};

/** What one plugin consists of, beside the texts of its commands. */
export type PluginRow = {
  /** Where the manifest lies. */
  readonly manifest: string;
  /** Fields of the manifest that only this host reads. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly commands: CommandForm;
  /** Where the host looks for MCP servers, and the schema that it names where it wants one. */
  readonly mcp: { readonly file: string; readonly schema?: string };
  /** How the texts name what a person types for a command. */
  readonly typed: (name: string) => string;
  /** How the host runs a command that takes long, in a sentence. */
  readonly inBackground: string;
};

/** How long a host waits for a hook; seconds. */
const GUARD_SECONDS = 10;
const LOOK_SECONDS = 10;

/** One row for each plugin: what differs between hosts, and nothing else does. */
export const PLUGIN_TABLE: Readonly<Record<PluginName, PluginRow>> = {
  claude: {
    manifest: ".claude-plugin/plugin.json",
    extra: {},
    commands: { form: "skill", claude: true },
    mcp: { file: ".mcp.json" },
    typed: (name) => `/breakwater:${name}`,
    inBackground: "Start it with the Bash tool and `run_in_background: true`.",
  },
  codex: {
    manifest: ".codex-plugin/plugin.json",
    extra: { skills: "./skills/", hooks: "./hooks/hooks.json", mcpServers: "./.mcp.json" },
    commands: { form: "skill", claude: false },
    mcp: { file: ".mcp.json" },
    typed: (name) => `$breakwater:${name}`,
    inBackground:
      "Start it as a command that goes on while you wait, and read what it wrote from time to time.",
  },
  cursor: {
    manifest: ".cursor-plugin/plugin.json",
    extra: {},
    commands: { form: "command" },
    mcp: { file: "mcp.json" },
    typed: (name) => `/${name}`,
    inBackground: "Start it in a terminal of its own, in the background.",
  },
  "agent-plugin": {
    manifest: "plugin.json",
    extra: { $schema: "https://agentplugins.org/schemas/1.0.0/plugin.schema.json" },
    commands: { form: "skill", claude: false },
    mcp: { file: "mcp.json", schema: "https://agentplugins.org/schemas/1.0.0/mcp.schema.json" },
    typed: (name) => `the skill \`${name}\``,
    inBackground: "Start it in the background where you can, else in a terminal of its own.",
  },
};

/** The hooks of each host: the guard of the main session, and where a session of Breakwater stands at its start. */
export const HOOK_TABLE: { readonly [Host in HookHost]: readonly HostHook<Host>[] } = {
  claude: [
    {
      event: "PreToolUse",
      // Tools of servers too: a subagent makes itself known by one of ours, and may use no other.
      matcher: "Bash|Edit|Write|MultiEdit|NotebookEdit|mcp__.*",
      words: ["hook", "--protocol", "claude"],
      timeout: GUARD_SECONDS,
      failsClosed: true,
    },
    {
      event: "SessionStart",
      matcher: "startup|resume|clear|compact",
      words: ["overview"],
      timeout: LOOK_SECONDS,
      failsClosed: false,
    },
  ],
  codex: [
    {
      event: "PreToolUse",
      matcher: "Bash|apply_patch",
      words: ["hook", "--protocol", "codex"],
      timeout: GUARD_SECONDS,
      failsClosed: true,
    },
    { event: "SessionStart", words: ["overview"], timeout: LOOK_SECONDS, failsClosed: false },
  ],
  cursor: [
    {
      event: "preToolUse",
      matcher: "Shell|Write|Delete",
      words: ["hook", "--protocol", "cursor"],
      timeout: GUARD_SECONDS,
      failsClosed: true,
    },
  ],
};
