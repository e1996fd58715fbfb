import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFloors } from "./check-floors.ts";

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const packages = ["core", "guard", "engine", "node", "agents", "shells", "cli", "testkit"];

type Plant = {
  /** Used in a file of `core`, it must break the build. */
  readonly text: string;
  /** Which of the checks see it; the build needs one, lint and compiler say it earlier. */
  readonly compiler: boolean;
  readonly floors: boolean;
  readonly lint: boolean;
};

/** What must not be used in a pure package, and who sees it. */
const PLANTS: Readonly<Record<string, Plant>> = {
  fs: seen('import { readFileSync } from "node:fs";\nexport const x = readFileSync;', "compiler floors"),
  "fs-later": seen(
    'export const x = async (): Promise<void> => void (await import("node:fs"));',
    "compiler floors",
  ),
  console: seen('export const x = (): void => console.log("x");', "compiler floors lint"),
  process: seen("export const x = process.env;", "compiler floors lint"),
  performance: seen("export const x = performance.now();", "compiler floors"),
  timeout: seen("export const x = setTimeout(() => {}, 1);", "compiler floors"),
  microtask: seen("export const x = (): void => queueMicrotask(() => {});", "compiler floors"),
  fetch: seen('export const x = fetch("http://localhost");', "compiler floors"),
  crypto: seen("export const x = crypto.randomUUID();", "compiler floors"),
  buffer: seen('export const x = Buffer.from("x");', "compiler floors"),
  // The language itself has these, so no choice of types hides them from the compiler.
  date: seen("export const x = new Date().getTime();", "floors lint"),
  now: seen("export const x = Date.now();", "floors lint"),
  random: seen("export const x = Math.random();", "floors lint"),
  "random-by-name": seen('export const x = Math["random"]();', "floors lint"),
  "random-taken-out": seen("const { random } = Math;\nexport const x = random();", "floors lint"),
  intl: seen("export const x = new Intl.DateTimeFormat().format();", "floors"),
  "global-this": seen("export const x = globalThis;", "floors"),
  library: seen('import { check } from "fast-check";\nexport const x = check;', "floors"),
};

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "purity-"));
  for (const name of packages) mkdirSync(join(root, "packages", name, "src"), { recursive: true });
  for (const file of ["tsconfig.base.json", ".oxlintrc.json", "packages/core/tsconfig.json"])
    cpSync(join(repository, file), join(root, file));
  // With every library and type in reach, only the configuration keeps them out.
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  for (const [name, { text }] of Object.entries(PLANTS)) plant(`core/src/${name}.ts`, text);
  plant("core/src/pure.ts", 'export const x = { Date: "a name", at: Math.max(1, 2) }.Date;');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("what is not pure breaks the build of core", () => {
  it("by the compiler, where only Node or a browser has it", () => {
    const { code, output } = run("tsc", ["-p", "packages/core/tsconfig.json"]);
    expect(code).not.toBe(0);
    expect(blamed(output)).toEqual(names("compiler"));
  });

  it("only as long as core has no types but its own", () => {
    const file = join(root, "packages/core/tsconfig.json");
    const config = readFileSync(file, "utf8");
    expect(config).toContain('"types": []');
    writeFileSync(file, config.replace('"types": []', '"types": ["node"]'));
    const { output } = run("tsc", ["-p", "packages/core/tsconfig.json"]);
    writeFileSync(file, config);
    expect(blamed(output)).toEqual([]);
  });

  it("by the floors, whatever it is", () => {
    const found = checkFloors(join(root, "packages")).map(({ file }) => file);
    expect(blamed(found.join("\n"))).toEqual(names("floors"));
    expect(names("floors")).toEqual(Object.keys(PLANTS).toSorted());
  });

  it("by lint, where a person is to read why", () => {
    const { code, output } = run("oxlint", ["--format", "unix", "packages/core/src"]);
    expect(code).not.toBe(0);
    const lines = output.split("\n").filter((line) => /no-restricted-(globals|properties)/.test(line));
    expect(blamed(lines.join("\n"))).toEqual(names("lint"));
  });
});

describe("the house", () => {
  it.each([
    [
      "an import upwards",
      "core/src/a.ts",
      'import { x } from "@breakwater/node";',
      "core may not import node",
    ],
    [
      "an import sideways",
      "agents/src/a.ts",
      'import { x } from "@breakwater/node";',
      "agents may not import node",
    ],
    [
      "an import of types upwards",
      "engine/src/a.ts",
      'import type { X } from "@breakwater/cli";',
      "engine may not import cli",
    ],
    [
      "an export from above",
      "core/src/a.ts",
      'export * from "@breakwater/engine";',
      "core may not import engine",
    ],
    [
      "a way past a barrel",
      "node/src/a.ts",
      'import { x } from "@breakwater/core/src/ids.ts";',
      "reaches past a barrel",
    ],
    [
      "a way out of the package",
      "node/src/a.ts",
      'import { x } from "../../core/src/ids.ts";',
      "reaches out of its package",
    ],
    ["a second barrel", "node/src/git/index.ts", "export {};", "a second barrel"],
    ["an import of an inner barrel", "node/src/a.ts", 'import { x } from "./git/index.ts";', "inner barrel"],
    [
      "an import of its own barrel",
      "node/src/a.ts",
      'import { x } from "./index.ts";',
      "imports its own barrel",
    ],
    [
      "Node in the engine",
      "engine/src/a.ts",
      'import { x } from "node:fs";',
      "a pure package imports node:fs",
    ],
  ])("does not stand with %s", (_what, file, text, message) => {
    plant(file, text);
    const found = checkFloors(join(root, "packages")).filter((each) => each.file === file);
    rmSync(join(root, "packages", file));
    expect(found.map((each) => each.message).join("\n")).toContain(message);
  });

  it("stands where floors import what is below them", () => {
    plant(
      "cli/src/a.ts",
      'import { x } from "@breakwater/shells";\nimport { y } from "./b.ts";\nimport { z } from "node:fs";',
    );
    const found = checkFloors(join(root, "packages")).filter((each) => each.file.startsWith("cli"));
    rmSync(join(root, "packages/cli/src/a.ts"));
    expect(found).toEqual([]);
  });

  it("has no circle of imports, by lint", () => {
    plant("node/src/a.ts", 'import { b } from "./b.ts";\nexport const a = (): number => b();');
    plant("node/src/b.ts", 'import { a } from "./a.ts";\nexport const b = (): number => a();');
    const { code, output } = run("oxlint", ["--format", "unix", "packages/node/src"]);
    expect(code).not.toBe(0);
    expect(output).toContain("no-cycle");
  });
});

function seen(text: string, by: string): Plant {
  const checks = new Set(by.split(" "));
  return { text, compiler: checks.has("compiler"), floors: checks.has("floors"), lint: checks.has("lint") };
}

function names(check: "compiler" | "floors" | "lint"): readonly string[] {
  return Object.entries(PLANTS)
    .flatMap(([name, each]) => (each[check] ? [name] : []))
    .toSorted();
}

/** The planted files that an output names. */
function blamed(output: string): readonly string[] {
  const files = [...output.matchAll(/core\/src\/([a-z-]+)\.ts/g)].map((match) => match[1] ?? "");
  return [...new Set(files)].toSorted();
}

function plant(file: string, text: string): void {
  const path = join(root, "packages", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}

function run(
  program: string,
  args: readonly string[],
): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(join(repository, "node_modules/.bin", program), [...args], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: root },
    maxBuffer: 4_000_000,
    timeout: 60_000,
  });
  return { code: status, output: `${stdout}${stderr}` };
}
