import { planDefaults } from "@breakwater/core";
import { agentsPerWave, type AgentsPerWave } from "./agents-per-wave.ts";
import { anything } from "./anything-reader.ts";
import { list, listOfWords, mapOf, part } from "./compound-reader.ts";
import { blockOf, idle, keysOf } from "./key-spec.ts";
import { absoluteFolder, command, oneOf, text, trueOrFalse, turns, wholeNumber } from "./value-reader.ts";

const gates = keysOf("gates");
const planning = keysOf("planning");
const execution = keysOf("execution");
const enforcement = keysOf("enforcement");
const docs = keysOf("docs");

export const AGENT_ROLES = ["impl", "test", "db", "ui", "security", "compliance", "docs", "perf"] as const;

/** The keys of gates, planning, execution, enforcement and documentation. */
export const EXECUTION_KEYS = {
  "test-command": gates<string>(command, undefined, "the gate `test`", { wanted: true }),
  "typecheck-command": gates<string>(command, undefined, "the gate `typecheck`", { wanted: true }),
  "lint-command": gates<string>(command, undefined, "the gate `lint`", { wanted: true }),
  "verification-auto-fix": blockOf(
    "gates",
    {
      enabled: part(trueOrFalse, false, "whether a red gate is repaired"),
      "max-retries": part(wholeNumber({ least: 0, most: 10, instead: 2 }), 2, "how often; 0 is never"),
    },
    { summary: "repair of red gates; repair waves of the engine do this", idle: true },
  ),
  waves: planning<number>(
    wholeNumber({ least: 3, usableFrom: 1 }),
    planDefaults.waves,
    "how many waves the roles are spread over",
  ),
  "agents-per-wave": planning<AgentsPerWave>(
    agentsPerWave,
    { usual: planDefaults.agentsPerWave, bySession: {} },
    "the most tasks of one wave",
  ),
  "agent-mapping": planning(
    mapOf(text("the name of an agent"), AGENT_ROLES),
    undefined,
    "the agent of each kind of work, before any choice by words",
  ),
  "heavy-repo": planning<boolean>(trueOrFalse, false, "few agents at one time, because one needs much", idle),
  "express-path": blockOf(
    "planning",
    {
      enabled: part(
        trueOrFalse,
        true,
        "whether up to three small housekeeping tasks are checked once, after the last of them",
      ),
    },
    { summary: "the short way of up to three small housekeeping tasks" },
  ),
  "grounding-check": planning<boolean>(trueOrFalse, true, "planned files against touched files", idle),
  "grounding-injection-max-files": planning<number>(
    wholeNumber({ least: 0 }),
    3,
    "how many files of a task are quoted in its prompt; 0 is none",
  ),
  special: planning<string>(text("a text"), undefined, "what the planner shall heed"),
  "max-parallel": execution<number>(
    wholeNumber({ least: 1 }),
    planDefaults.maxParallel,
    "the most agents at one time",
  ),
  isolation: execution<"worktree" | "none" | "auto">(
    oneOf("worktree", "none", "auto"),
    planDefaults.isolation,
    "whether each task gets a worktree of its own",
  ),
  "max-turns": execution<number | "auto">(
    turns,
    planDefaults.maxTurns,
    "turns of one attempt; `auto` goes by session type",
  ),
  persistence: execution<boolean>(
    trueOrFalse,
    true,
    "whether the journal is kept on disk, so that a session can be resumed",
  ),
  agent: execution<string>(text("the name of an agent"), undefined, "the agent of tasks that name none"),
  reviewer: execution<string>(text("the name of an agent"), undefined, "the agent that reviews"),
  model: execution<string>(text("the name of a model"), undefined, "the model of tasks that name none"),
  "workspace-setup": execution<string>(
    text("a command"),
    undefined,
    "run in a workspace whose lockfile differs from the base",
  ),
  "workspace-copy": execution<readonly string[]>(
    list,
    [],
    "ignored files that a build needs in each workspace, as globs",
  ),
  "workspace-root": execution<string>(absoluteFolder, undefined, "where workspaces are made"),
  "worktree-exclude": execution<readonly string[]>(
    list,
    ["node_modules", "dist", "build", ".next", ".nuxt", "coverage", ".cache", ".turbo", ".vercel", "out"],
    "folders left out of a workspace; `[]` leaves out none. Workspaces hold tracked files only",
    idle,
  ),
  "worktree-cleanup": execution<"default" | "aggressive">(
    oneOf("default", "aggressive"),
    "default",
    "no effect: a workspace goes as soon as its content is under a ref",
    idle,
  ),
  "worker-pool": blockOf(
    "execution",
    {
      enabled: part(trueOrFalse, false, "whether slots are refilled"),
      "max-parallel": part<number | null>(wholeNumber({ least: 1 }), null, "the most at one time"),
      "drain-timeout-ms": part(wholeNumber({ least: 0 }), 10_000, "how long to wait at the end"),
    },
    {
      summary: "a pool of agents; slots are always refilled here, and `max-parallel` sets how many",
      idle: true,
    },
  ),
  "auto-commit-per-wave": execution<boolean>(
    trueOrFalse,
    false,
    "refused: waves never touch your branch, and every result is under a ref",
    idle,
  ),
  "resource-awareness": execution<boolean>(trueOrFalse, true, "fewer agents where memory is short", idle),
  "resource-thresholds": blockOf(
    "execution",
    {
      "ram-free-min-gb": part(wholeNumber({ least: 0 }), 4, "below it fewer agents"),
      "ram-free-critical-gb": part(wholeNumber({ least: 0 }), 2, "below it one agent"),
      "cpu-load-max-pct": part(wholeNumber({ least: 1 }), 90, "above it fewer agents"),
      "concurrent-sessions-warn": part(wholeNumber({ least: 1 }), 5, "from here a warning"),
      "ssh-no-docker": part(trueOrFalse, true, "no containers over ssh"),
      "zombie-threshold-min": part<number | null>(
        wholeNumber({ least: 0 }),
        null,
        "minutes until a process counts as left behind",
      ),
    },
    { summary: "when a machine counts as busy", idle: true },
  ),
  enforcement: enforcement<"strict" | "warn" | "off">(
    oneOf("strict", "warn", "off"),
    planDefaults.enforcement,
    "what the door does with a write out of scope; the audit has no switch",
  ),
  "enforcement-gates": enforcement(
    mapOf(trueOrFalse),
    undefined,
    "single guards on or off, as the manifest holds them",
    idle,
  ),
  wall: enforcement<"required" | "preferred" | "off">(
    oneOf("required", "preferred", "off"),
    undefined,
    "whether a session may start where no wall of the operating system works",
  ),
  "allow-destructive-ops": enforcement<boolean>(
    trueOrFalse,
    false,
    "lets destructive commands of the main session through; it opens no agent's door",
  ),
  "config-protection": blockOf(
    "enforcement",
    {
      enabled: part(trueOrFalse, true, "whether changes to gate configuration are looked at"),
      mode: part(oneOf("warn", "strict", "off"), "warn", "what is done about them"),
    },
    { summary: "weakened gate configuration; the test-integrity guard finds it", idle: true },
  ),
  "allow-config-weakening": enforcement<boolean>(
    trueOrFalse,
    false,
    "the exception to config-protection",
    idle,
  ),
  "loop-guard": blockOf(
    "enforcement",
    {
      enabled: part(trueOrFalse, true, "whether repeats are looked for"),
      threshold: part(wholeNumber({ least: 2, instead: 3 }), 3, "how many repeats are too many"),
      window: part(wholeNumber({ least: 2, instead: 5 }), 5, "among how many calls"),
    },
    { summary: "repeats of the main session", idle: true },
  ),
  "reasoning-output": execution<boolean>(trueOrFalse, false, "asks agents for marked reasoning"),
  "prompt-additions": execution(
    listOfWords("grounding", "profiles", "cousins", "rules", "learnings"),
    ["grounding", "profiles", "cousins", "rules", "learnings"],
    "what records and rules of the project add to prompts",
  ),
  pencil: docs<string>(text("the path of a .pen file"), undefined, "a design to review against", idle),
  "docs-orchestrator": blockOf(
    "docs",
    {
      enabled: part(trueOrFalse, false, "whether documentation is planned and verified"),
      audiences: part(listOfWords("user", "dev", "vault"), ["user", "dev", "vault"], "whom it is for"),
      mode: part(oneOf("warn", "strict", "off"), "warn", "what a gap does at close"),
    },
    { summary: "documentation tasks: planned where a goal asks for them" },
  ),
  "docs-staleness": docs<unknown>(anything, undefined, "age of documentation", idle),
} as const;
