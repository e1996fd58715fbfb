/** Why a name is protected. The order is the order of strictness. */
export type ProtectedKind =
  | "git"
  | "control"
  | "agent-config"
  | "hook-config"
  | "editor-config"
  | "instructions"
  | "package-config"
  | "lockfile";

/** `never`: no scope grants it. `literal`: an entry that is exactly this path grants it. */
export type Unlock = "never" | "literal";

/**
 * Names that agents may not write even under `**`, at any depth, with everything below them.
 *
 * `what` completes "…, which is". A name with `/` is that sequence of folders. The page `docs/spec/scope.md`
 * shows this table to people; a test compares both.
 */
export type ProtectedRow = {
  readonly kind: ProtectedKind;
  readonly unlock: Unlock;
  readonly what: string;
  readonly names: readonly string[];
};

export const PROTECTED_NAMES: readonly ProtectedRow[] = [
  {
    kind: "git",
    unlock: "never",
    what: "part of git itself",
    names: [".git", ".gitattributes", ".gitmodules", ".gitconfig"],
  },
  {
    kind: "control",
    unlock: "never",
    what: "a control file of the session",
    names: [".orchestrator", "wave-scope.json", "config.local.yaml"],
  },
  {
    kind: "agent-config",
    unlock: "never",
    what: "configuration of a coding agent",
    names: [
      ".claude",
      ".claude-plugin",
      ".claude.json",
      ".codex",
      ".codex-plugin",
      ".cursor",
      ".cursor-plugin",
      ".agents",
      ".agent-plugin",
      ".gemini",
      ".qwen",
      ".opencode",
      "opencode.json",
      "opencode.jsonc",
      ".crush",
      ".continue",
      ".windsurf",
      ".roo",
      ".amazonq",
      ".kiro/hooks",
      ".kiro/settings",
      ".aider.conf.yml",
      ".mcp.json",
      ".cursorignore",
      ".claudeignore",
    ],
  },
  {
    kind: "hook-config",
    unlock: "never",
    what: "configuration of commit hooks",
    names: [
      ".husky",
      ".huskyrc",
      ".huskyrc.json",
      ".huskyrc.js",
      ".githooks",
      ".lefthook",
      "lefthook.yml",
      "lefthook.yaml",
      "lefthook.toml",
      "lefthook.json",
      ".lefthook.yml",
      ".lefthook.yaml",
      ".lefthook.toml",
      ".lefthook.json",
      "lefthook-local.yml",
      "lefthook-local.yaml",
      "lefthook-local.toml",
      "lefthook-local.json",
      ".lefthook-local.yml",
      ".lefthook-local.yaml",
      ".lefthook-local.toml",
      ".lefthook-local.json",
      ".pre-commit-config.yaml",
      ".pre-commit-config.yml",
      ".pre-commit-hooks.yaml",
      ".overcommit.yml",
      ".simple-git-hooks.json",
      ".simple-git-hooks.js",
      ".simple-git-hooks.cjs",
      "simple-git-hooks.json",
      "simple-git-hooks.js",
      "simple-git-hooks.cjs",
    ],
  },
  {
    kind: "editor-config",
    unlock: "never",
    what: "editor configuration that can run commands",
    names: [".vscode", ".idea"],
  },
  {
    kind: "instructions",
    unlock: "literal",
    what: "an instruction file that agents obey",
    names: [
      "CLAUDE.md",
      "CLAUDE.local.md",
      "AGENTS.md",
      "AGENTS.override.md",
      "AGENT.md",
      "GEMINI.md",
      "QWEN.md",
      "CRUSH.md",
      "WARP.md",
      ".cursorrules",
      ".windsurfrules",
      ".clinerules",
      ".roorules",
      ".goosehints",
      ".rules",
      ".kiro/steering",
      ".junie/guidelines.md",
      ".github/copilot-instructions.md",
      ".github/instructions",
    ],
  },
  {
    kind: "package-config",
    unlock: "literal",
    what: "configuration that package managers and shells obey",
    names: [".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".envrc"],
  },
  {
    kind: "lockfile",
    unlock: "literal",
    what: "a lockfile",
    names: [
      "package-lock.json",
      "npm-shrinkwrap.json",
      "yarn.lock",
      "pnpm-lock.yaml",
      "bun.lock",
      "bun.lockb",
      "deno.lock",
      "Cargo.lock",
      "poetry.lock",
      "Pipfile.lock",
      "uv.lock",
      "pdm.lock",
      "pixi.lock",
      "conda-lock.yml",
      "Gemfile.lock",
      "gems.locked",
      "composer.lock",
      "go.sum",
      "go.work.sum",
      "mix.lock",
      "rebar.lock",
      "pubspec.lock",
      "Podfile.lock",
      "Cartfile.resolved",
      "Package.resolved",
      "flake.lock",
      "packages.lock.json",
      "paket.lock",
      "gradle.lockfile",
      "buildscript-gradle.lockfile",
      "stack.yaml.lock",
      "cabal.project.freeze",
      ".terraform.lock.hcl",
      "Chart.lock",
    ],
  },
];
