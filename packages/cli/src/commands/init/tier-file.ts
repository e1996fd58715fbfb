import type { Tier } from "@breakwater/node";
import type { CheckKey } from "./find-check.ts";

/** What a new project is begun with; a project that has a manifest of its own keeps it. */
export const ARCHETYPES = ["node-minimal", "nextjs-minimal", "python-uv", "static-html"] as const;

export type Archetype = (typeof ARCHETYPES)[number];

/** A file that a tier brings where it is missing. */
export type TierFile = { readonly path: string; readonly text: string };

export type TierTerms = {
  readonly tier: Tier;
  /** The name of the project, as a folder is called. */
  readonly name: string;
  /** Absent where the project has a manifest of its own. */
  readonly archetype?: Archetype;
  readonly checks: Readonly<Partial<Record<CheckKey, string>>>;
};

/** Every file that any tier may write, so that undo touches nothing else. */
export const TIER_PATHS: readonly string[] = [
  ".gitignore",
  "README.md",
  "package.json",
  "tsconfig.json",
  "src/index.ts",
  "test/index.test.ts",
  "pyproject.toml",
  "src/main.py",
  "tests/test_main.py",
  "index.html",
  "app/layout.tsx",
  "app/page.tsx",
  ".github/workflows/ci.yml",
  ".github/CODEOWNERS",
  "CHANGELOG.md",
];

/** The files of a tier, in the order in which they are shown; each is written only where there is none. */
export function tierFiles(terms: TierTerms): readonly TierFile[] {
  const { tier } = terms;
  return [
    ...fastFiles(terms),
    ...(tier === "fast" ? [] : standardFiles(terms)),
    ...(tier === "deep" ? deepFiles(terms) : []),
  ];
}

function fastFiles({ name }: TierTerms): readonly TierFile[] {
  return [
    { path: ".gitignore", text: "node_modules/\ndist/\ncoverage/\n.env\n.venv/\n__pycache__/\n" },
    { path: "README.md", text: `# ${name}\n` },
  ];
}

function standardFiles({ archetype, name }: TierTerms): readonly TierFile[] {
  if (archetype === undefined) return [];
  switch (archetype) {
    case "node-minimal":
      return nodeFiles(name);
    case "nextjs-minimal":
      return nextFiles(name);
    case "python-uv":
      return pythonFiles(name);
    case "static-html":
      return [
        {
          path: "index.html",
          text: `<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8" />\n    <title>${name}</title>\n  </head>\n  <body></body>\n</html>\n`,
        },
      ];
  }
}

function nodeFiles(name: string): readonly TierFile[] {
  const manifest = {
    name: name.toLowerCase(),
    version: "0.0.0",
    private: true,
    type: "module",
    scripts: {
      test: "node --experimental-strip-types --test 'test/**/*.test.ts'",
      typecheck: "tsc --noEmit",
      lint: "oxlint",
    },
    devDependencies: { "@types/node": "^20", oxlint: "^1", typescript: "^5" },
  };
  const compiler = {
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    include: ["src", "test"],
  };
  return [
    { path: "package.json", text: `${JSON.stringify(manifest, undefined, 2)}\n` },
    { path: "tsconfig.json", text: `${JSON.stringify(compiler, undefined, 2)}\n` },
    { path: "src/index.ts", text: `export const name = ${JSON.stringify(name)};\n` },
    nameTest(name),
  ];
}

function nextFiles(name: string): readonly TierFile[] {
  const manifest = {
    name: name.toLowerCase(),
    version: "0.0.0",
    private: true,
    scripts: {
      dev: "next dev",
      build: "next build",
      test: "node --experimental-strip-types --test 'test/**/*.test.ts'",
      typecheck: "tsc --noEmit",
      lint: "oxlint",
    },
    dependencies: { next: "^15", react: "^19", "react-dom": "^19" },
    devDependencies: { "@types/node": "^20", "@types/react": "^19", oxlint: "^1", typescript: "^5" },
  };
  const compiler = {
    compilerOptions: {
      target: "es2022",
      lib: ["dom", "dom.iterable", "es2022"],
      module: "esnext",
      moduleResolution: "bundler",
      jsx: "preserve",
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      esModuleInterop: true,
      plugins: [{ name: "next" }],
    },
    include: ["app", "src", "test"],
  };
  return [
    { path: "package.json", text: `${JSON.stringify(manifest, undefined, 2)}\n` },
    { path: "tsconfig.json", text: `${JSON.stringify(compiler, undefined, 2)}\n` },
    { path: "src/index.ts", text: `export const name = ${JSON.stringify(name)};\n` },
    {
      path: "app/layout.tsx",
      text: lines(
        'import type { ReactNode } from "react";',
        'import { name } from "../src/index";',
        "",
        "export const metadata = { title: name };",
        "",
        "export default function Layout({ children }: { children: ReactNode }) {",
        "  return (",
        '    <html lang="en">',
        "      <body>{children}</body>",
        "    </html>",
        "  );",
        "}",
      ),
    },
    {
      path: "app/page.tsx",
      text: lines(
        'import { name } from "../src/index";',
        "",
        "export default function Page() {",
        "  return <h1>{name}</h1>;",
        "}",
      ),
    },
    nameTest(name),
  ];
}

function nameTest(name: string): TierFile {
  return {
    path: "test/index.test.ts",
    text: lines(
      'import { equal } from "node:assert/strict";',
      'import { test } from "node:test";',
      'import { name } from "../src/index.ts";',
      "",
      'test("the project has a name", () => {',
      `  equal(name, ${JSON.stringify(name)});`,
      "});",
    ),
  };
}

function pythonFiles(name: string): readonly TierFile[] {
  return [
    {
      path: "pyproject.toml",
      text: `[project]\nname = ${JSON.stringify(name.toLowerCase())}\nversion = "0.0.0"\nrequires-python = ">=3.11"\n\n[dependency-groups]\ndev = ["mypy", "pytest", "ruff"]\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n\n[tool.mypy]\nstrict = true\n\n[tool.ruff]\n`,
    },
    { path: "src/main.py", text: `NAME = ${JSON.stringify(name)}\n` },
    {
      path: "tests/test_main.py",
      text: `from main import NAME\n\n\ndef test_the_project_has_a_name() -> None:\n    assert NAME == ${JSON.stringify(name)}\n`,
    },
  ];
}

/** A text in lines. One text with breaks in it would make a bundle look as if it were a module itself. */
const lines = (...each: readonly string[]): string => `${each.join("\n")}\n`;

/** What the checks of a new project are called by. */
export const ARCHETYPE_CHECKS: Readonly<Record<Archetype, Readonly<Partial<Record<CheckKey, string>>>>> = {
  "node-minimal": {
    "test-command": "npm test",
    "typecheck-command": "npm run typecheck",
    "lint-command": "npm run lint",
  },
  "nextjs-minimal": {
    "test-command": "npm test",
    "typecheck-command": "npm run typecheck",
    "lint-command": "npm run lint",
  },
  "python-uv": {
    "test-command": "uv run pytest",
    "typecheck-command": "uv run mypy .",
    "lint-command": "uv run ruff check .",
  },
  "static-html": {},
};

function deepFiles({ checks }: TierTerms): readonly TierFile[] {
  const steps = Object.values(checks).map((command) => `      - run: ${JSON.stringify(command)}`);
  const workflow = [
    "name: ci",
    "on: [push, pull_request]",
    "permissions:",
    "  contents: read",
    "jobs:",
    "  checks:",
    "    runs-on: ubuntu-latest",
    "    steps:",
    "      - uses: actions/checkout@v4",
    ...(steps.length === 0 ? ['      - run: "true"'] : steps),
    "",
  ].join("\n");
  return [
    { path: ".github/workflows/ci.yml", text: workflow },
    { path: ".github/CODEOWNERS", text: "# Who is asked about which files, as in:  /src/  @owner\n" },
    { path: "CHANGELOG.md", text: "# Changelog\n\n## Unreleased\n" },
  ];
}
