import { planDefaults } from "@breakwater/core";
import {
  agentsPerWave,
  command,
  list,
  oneOf,
  text,
  trueOrFalse,
  turns,
  wholeNumber,
} from "./value-reader.ts";
import type { AgentsPerWave, ValueReader } from "./value-reader.ts";

/** One key: how its value reads, what holds without it, and what it is for. */
export type ConfigKeySpec<Value> = {
  readonly reader: ValueReader<Value>;
  readonly byDefault: Value | undefined;
  readonly summary: string;
  /** Without it something important is missing, and `config check` says so. */
  readonly wanted?: true;
};

/**
 * Every key that Breakwater reads from `## Session Config`, from `config.local.yaml`, from the environment
 * and from flags. The parser, the defaults, `docs/spec/config.md` and the JSON schema follow from it.
 */
export const CONFIG_KEYS = {
  "test-command": key<string>(command, undefined, "the gate `test`", true),
  "typecheck-command": key<string>(command, undefined, "the gate `typecheck`", true),
  "lint-command": key<string>(command, undefined, "the gate `lint`", true),
  waves: key<number>(wholeNumber(3), planDefaults.waves, "how many waves the roles are spread over"),
  "agents-per-wave": key<AgentsPerWave>(
    agentsPerWave,
    { usual: planDefaults.agentsPerWave, bySession: {} },
    "the most tasks of one wave",
  ),
  "max-parallel": key<number>(wholeNumber(1), planDefaults.maxParallel, "the most agents at one time"),
  isolation: key<"worktree" | "none" | "auto">(
    oneOf("worktree", "none", "auto"),
    planDefaults.isolation,
    "whether each task gets a worktree of its own",
  ),
  enforcement: key<"strict" | "warn" | "off">(
    oneOf("strict", "warn", "off"),
    planDefaults.enforcement,
    "what the door does with a write out of scope; the audit has no switch",
  ),
  "max-turns": key<number | "auto">(
    turns,
    planDefaults.maxTurns,
    "turns of one attempt; `auto` goes by session type",
  ),
  persistence: key<boolean>(
    trueOrFalse,
    true,
    "whether the journal is kept on disk, so that a session can be resumed",
  ),
  wall: key<"required" | "preferred" | "off">(
    oneOf("required", "preferred", "off"),
    undefined,
    "whether a session may start where no wall of the operating system works",
  ),
  agent: key<string>(text("the name of an agent"), undefined, "the agent of tasks that name none"),
  reviewer: key<string>(text("the name of an agent"), undefined, "the agent that reviews"),
  model: key<string>(text("the name of a model"), undefined, "the model of tasks that name none"),
  "workspace-setup": key<string>(
    text("a command"),
    undefined,
    "run in a workspace whose lockfile differs from the base",
  ),
  "workspace-copy": key<readonly string[]>(
    list,
    [],
    "ignored files that a build needs in each workspace, as globs",
  ),
  "workspace-root": key<string>(text("an absolute folder"), undefined, "where workspaces are made"),
} as const;

export type ConfigKey = keyof typeof CONFIG_KEYS;

type ValueOf<Spec> = Spec extends ConfigKeySpec<infer Value> ? Value : never;

/** The values by key, as their readers give them. */
export type ConfigValues = { readonly [Key in ConfigKey]: ValueOf<(typeof CONFIG_KEYS)[Key]> };

export function isConfigKey(word: string): word is ConfigKey {
  return Object.hasOwn(CONFIG_KEYS, word);
}

/** The variable of the environment that sets a key: `max-turns` is `BREAKWATER_MAX_TURNS`. */
export function variableOf(name: string): string {
  return `BREAKWATER_${name.toUpperCase().replaceAll("-", "_")}`;
}

function key<Value>(
  reader: ValueReader<Value>,
  byDefault: Value | undefined,
  summary: string,
  wanted?: true,
): ConfigKeySpec<Value> {
  return { reader, byDefault, summary, ...(wanted === undefined ? {} : { wanted }) };
}
