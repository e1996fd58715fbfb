import { commandText, COMMANDS, type CommandName } from "./command-text.ts";
import type { HookHost } from "./host-event.ts";
import {
  HOOK_TABLE,
  type HostHook,
  PLUGIN_TABLE,
  type PluginName,
  type PluginRow,
  PLUGINS,
} from "./host-table.ts";

const NAME = "breakwater";
const DESCRIPTION =
  "Runs waves of coding agents over an agreed plan and lets nothing past that was not agreed.";
const AUTHOR = { name: "The Breakwater authors" };
const MARKETPLACE = { name: NAME, owner: AUTHOR };

/** Every file below `plugins/` by its path there, for one version of the program. */
export function pluginFiles(version: string): ReadonlyMap<string, string> {
  const files = PLUGINS.flatMap((name) =>
    [...filesOf(name, version)].map(([path, text]) => [`${name}/${path}`, text] as const),
  );
  return new Map([...files, ...marketplaces(version)]);
}

function filesOf(name: PluginName, version: string): ReadonlyMap<string, string> {
  const row = PLUGIN_TABLE[name];
  const { $schema, ...extra } = row.extra;
  const manifest = {
    ...($schema === undefined ? {} : { $schema }),
    name: NAME,
    version,
    description: DESCRIPTION,
    author: AUTHOR,
    license: "MIT",
    keywords: ["agents", "waves", "worktrees", "guard"],
    ...extra,
  };
  return new Map([
    [row.manifest, json(manifest)],
    ...COMMANDS.map((command) => commandFile(command, row)),
    ...hookFile(name),
    [row.mcp.file, json(mcpConfig(row))],
  ]);
}

function commandFile(name: CommandName, row: PluginRow): readonly [string, string] {
  const { commands } = row;
  switch (commands.form) {
    case "command": {
      const { description, body } = commandText(name, row, undefined);
      return [`commands/${name}.md`, `${frontMatter({ name, description })}\n${body}`];
    }
    case "skill": {
      const { description, hint, body } = commandText(name, row, commands.claude ? "$ARGUMENTS" : undefined);
      const own = commands.claude ? claudeFields(name, hint) : {};
      return [`skills/${name}/SKILL.md`, `${frontMatter({ name, description, ...own })}\n${body}`];
    }
  }
}

/** Only looking is allowed without asking; what starts, answers or closes goes through the person's permissions. */
function claudeFields(name: CommandName, hint: string): Readonly<Record<string, string>> {
  const looking = ["overview", "status", "watch", "explain", "plan show"];
  return {
    "argument-hint": hint,
    "allowed-tools": looking.map((words) => `Bash(${NAME} ${words}:*)`).join(", "),
    // A session is begun, run and closed by people alone.
    ...(name === "session" ? {} : { "disable-model-invocation": "true" }),
  };
}

function frontMatter(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([key, value]) =>
    /^(?:true|[\w-]+)$/u.test(value) ? `${key}: ${value}` : `${key}: ${JSON.stringify(value)}`,
  );
  return `---\n${lines.join("\n")}\n---\n`;
}

function mcpConfig({ mcp }: PluginRow): object {
  const server = { command: NAME, args: ["mcp", "--requests"] };
  return mcp.schema === undefined
    ? { mcpServers: { [NAME]: server } }
    : { $schema: mcp.schema, mcpServers: { [NAME]: { type: "stdio", ...server } } };
}

function hookFile(name: PluginName): readonly (readonly [string, string])[] {
  switch (name) {
    case "claude":
      return [["hooks/hooks.json", json({ hooks: byEvent(HOOK_TABLE.claude, claudeHook) })]];
    case "codex":
      return [["hooks/hooks.json", json({ hooks: byEvent(HOOK_TABLE.codex, codexHook) })]];
    case "cursor":
      return [["hooks/hooks.json", json({ version: 1, hooks: byEvent(HOOK_TABLE.cursor, cursorHook) })]];
    // The portable form has no hooks.
    case "agent-plugin":
      return [];
  }
}

function byEvent<Host extends HookHost>(
  hooks: readonly HostHook<Host>[],
  render: (hook: HostHook<Host>) => object,
): Readonly<Record<string, readonly object[]>> {
  const grouped: Record<string, object[]> = {};
  for (const hook of hooks) (grouped[hook.event] ??= []).push(render(hook));
  return grouped;
}

function claudeHook({ matcher, words, timeout, failsClosed }: HostHook<"claude">): object {
  // Words of their own need no shell and no quoting.
  const call = { type: "command", command: NAME, args: words, timeout };
  return {
    ...(matcher === undefined ? {} : { matcher }),
    hooks: [failsClosed ? { ...call, onFailure: "block" } : call],
  };
}

function codexHook({ matcher, words, timeout }: HostHook<"codex">): object {
  return {
    ...(matcher === undefined ? {} : { matcher }),
    hooks: [{ type: "command", command: [NAME, ...words].join(" "), timeout }],
  };
}

function cursorHook({ matcher, words, timeout, failsClosed }: HostHook<"cursor">): object {
  const command = [NAME, ...words].join(" ");
  return { command, ...(matcher === undefined ? {} : { matcher }), timeout, failClosed: failsClosed };
}

/** `plugins/` is a marketplace for each host that installs from one. */
function marketplaces(version: string): readonly (readonly [string, string])[] {
  const claude = {
    ...MARKETPLACE,
    plugins: [{ name: NAME, source: "./claude", description: DESCRIPTION, version }],
  };
  const codex = {
    name: NAME,
    plugins: [
      {
        name: NAME,
        source: { source: "local", path: "./codex" },
        policy: { installation: "AVAILABLE", authentication: "ON_INSTALL" },
        category: "Productivity",
      },
    ],
  };
  const cursor = { ...MARKETPLACE, plugins: [{ name: NAME, source: "./cursor", description: DESCRIPTION }] };
  return [
    [".claude-plugin/marketplace.json", json({ description: DESCRIPTION, ...claude })],
    [".agents/plugins/marketplace.json", json(codex)],
    [".cursor-plugin/marketplace.json", json(cursor)],
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
