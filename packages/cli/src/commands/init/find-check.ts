import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The checks that every project is asked for, by the key of Session Config that holds them. */
export const CHECK_KEYS = ["test-command", "typecheck-command", "lint-command"] as const;

export type CheckKey = (typeof CHECK_KEYS)[number];

/** The command that a project seems to have for each check, and the file that says so. */
export type FoundChecks = Readonly<
  Partial<Record<CheckKey, { readonly command: string; readonly because: string }>>
>;

/** Looks for the checks of a project in the files at its root. Runs nothing and never throws. */
export function findChecks(root: string): FoundChecks {
  return { ...fromTools(root), ...fromMakefile(root), ...fromPackage(root) };
}

const SCRIPTS: Readonly<Record<CheckKey, readonly string[]>> = {
  "test-command": ["test"],
  "typecheck-command": ["typecheck", "type-check", "types", "check:types", "tsc"],
  "lint-command": ["lint", "check:lint"],
};

function fromPackage(root: string): FoundChecks {
  const scripts = packageScripts(root);
  const runner = packageRunner(root);
  return collect((key) => {
    const name = SCRIPTS[key].find((each) => scripts.has(each));
    // What npm writes into a new package is no test.
    if (name === undefined || /no test specified/.test(scripts.get(name) ?? "")) return undefined;
    const command = name === "test" ? `${runner} test` : `${runner} run ${name}`;
    return { command, because: "package.json" };
  });
}

function packageScripts(root: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    if (typeof value !== "object" || value === null || !("scripts" in value)) return new Map();
    const { scripts } = value;
    if (typeof scripts !== "object" || scripts === null) return new Map();
    return new Map(
      Object.entries(scripts).flatMap(([name, line]) => (typeof line === "string" ? [[name, line]] : [])),
    );
  } catch {
    return new Map();
  }
}

function packageRunner(root: string): string {
  if (existsSync(join(root, "pnpm-lock.yaml"))) return "pnpm";
  if (existsSync(join(root, "yarn.lock"))) return "yarn";
  if (existsSync(join(root, "bun.lock")) || existsSync(join(root, "bun.lockb"))) return "bun";
  return "npm";
}

const TARGETS: Readonly<Record<CheckKey, readonly string[]>> = {
  "test-command": ["test", "check"],
  "typecheck-command": ["typecheck", "types"],
  "lint-command": ["lint"],
};

function fromMakefile(root: string): FoundChecks {
  const text = readText(join(root, "Makefile"));
  if (text === undefined) return {};
  return collect((key) => {
    const target = TARGETS[key].find((name) => new RegExp(`^${name}\\s*:(?!=)`, "m").test(text));
    return target === undefined ? undefined : { command: `make ${target}`, because: "Makefile" };
  });
}

/** What the tools of a language are called by, where its own file stands at the root. */
const TOOLS: readonly (readonly [string, Readonly<Partial<Record<CheckKey, string>>>])[] = [
  [
    "Cargo.toml",
    {
      "test-command": "cargo test",
      "typecheck-command": "cargo check",
      "lint-command": "cargo clippy -- -D warnings",
    },
  ],
  [
    "go.mod",
    {
      "test-command": "go test ./...",
      "typecheck-command": "go build ./...",
      "lint-command": "go vet ./...",
    },
  ],
  ["pytest.ini", { "test-command": "pytest" }],
];

function fromTools(root: string): FoundChecks {
  const tool = TOOLS.find(([file]) => existsSync(join(root, file)));
  const python = readText(join(root, "pyproject.toml"));
  return collect((key) => {
    const command = tool?.[1][key];
    if (tool !== undefined && command !== undefined) return { command, because: tool[0] };
    const section = PYTHON[key].find(([name]) => python?.includes(`[tool.${name}`) === true);
    return section === undefined ? undefined : { command: section[1], because: "pyproject.toml" };
  });
}

const PYTHON: Readonly<Record<CheckKey, readonly (readonly [string, string])[]>> = {
  "test-command": [["pytest", "pytest"]],
  "typecheck-command": [
    ["mypy", "mypy ."],
    ["pyright", "pyright"],
  ],
  "lint-command": [["ruff", "ruff check ."]],
};

function collect(
  find: (key: CheckKey) => { readonly command: string; readonly because: string } | undefined,
): FoundChecks {
  return Object.fromEntries(
    CHECK_KEYS.flatMap((key) => {
      const found = find(key);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
