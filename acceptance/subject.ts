import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonObject, parseJson, type JsonObject } from "@breakwater/agents";
import { SUITE } from "./change.ts";
import { gitEnvironment, tool } from "./install.ts";

/** A git repository with the published sources and the own test suite of `qs`. */
export type Subject = {
  readonly root: string;
  /** Name and version of the package. */
  readonly name: string;
  readonly base: string;
  readonly git: (...args: readonly string[]) => string;
  /** Content of a file as it was published. */
  readonly published: (path: string) => string;
};

const MODULES = fileURLToPath(new URL("../node_modules", import.meta.url));

const CONFIG = [
  "# For agents",
  "",
  "## Session Config",
  "",
  `- test-command: \`${SUITE}\``,
  "- typecheck-command: skip",
  "- lint-command: skip",
  "- enforcement: strict",
  "- commit-style: task",
  "",
].join("\n");

const LOCK = [
  "version: 1",
  "tier: fast",
  "archetype: library",
  "timestamp: 2026-01-01T00:00:00Z",
  "source: claude-init",
  "",
].join("\n");

/**
 * Makes the repository below `home`: the package as it was published, Session Config, the plan, its
 * dependencies in `node_modules` (ignored), and things of a user that no session may touch.
 */
export function makeSubject(home: string, planText: string): Subject {
  const root = join(home, "qs");
  const source = join(MODULES, "qs");
  cpSync(source, root, { recursive: true, filter: (path) => path !== join(source, "node_modules") });
  copyDependencies(root);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("CLAUDE.md", CONFIG);
  write(".orchestrator/bootstrap.lock", LOCK);
  write(".gitignore", "/node_modules/\n/notes/\n");
  write("plans/additions.plan.md", planText);
  const git: Subject["git"] = (...args) => tool("git", args, root, gitEnvironment(home));
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ada");
  git("config", "user.email", "ada@example.invalid");
  git("add", "-A");
  git("commit", "-q", "-m", "Take over the published sources");
  furnish(git, write);
  const { name, version } = readJson(join(source, "package.json"));
  return {
    root,
    name: `${String(name)} ${String(version)}`,
    base: git("rev-parse", "HEAD").trim(),
    git,
    published: (path) => readFileSync(join(source, path), "utf8"),
  };
}

/** What a user has lying around: a stash, another branch, a tag, an ignored file. */
function furnish(git: Subject["git"], write: (path: string, text: string) => void): void {
  write("LICENSE.md", "an idea\n");
  git("stash", "push", "-q", "-m", "an idea");
  git("branch", "elsewhere");
  git("tag", "v0");
  write("notes/mine.txt", "not for others\n");
}

/** Copies what the package and its suite need, and what that needs in turn. */
export function copyDependencies(root: string): void {
  const { dependencies } = readJson(join(root, "package.json"));
  const wanted = [...namesOf(dependencies), ...requiredBy(join(root, "test"))];
  const taken = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const source = join(MODULES, name);
    if (taken.has(name) || !existsSync(source)) continue;
    taken.add(name);
    cpSync(source, join(root, "node_modules", name), { recursive: true, filter: isNeeded });
    wanted.push(...packagesIn(source).flatMap((each) => namesOf(readJson(each)["dependencies"])));
  }
}

/** Tests of dependencies are nobody's business here. */
function isNeeded(path: string): boolean {
  return !/\/(?:test|\.github)$/.test(path);
}

/** The package file of a package, and those of the packages that it brings along. */
function packagesIn(folder: string): readonly string[] {
  const nested = join(folder, "node_modules");
  const below = existsSync(nested) ? readdirSync(nested).map((name) => join(nested, name)) : [];
  return [folder, ...below].map((each) => join(each, "package.json")).filter((file) => existsSync(file));
}

/** Packages that the files of the suite require, without Node's own: those have no folder. */
function requiredBy(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((file) =>
    file.endsWith(".js")
      ? [...readFileSync(join(folder, file), "utf8").matchAll(/require\('([a-z][^'/]*)'\)/g)].map(
          ([, name]) => name ?? "",
        )
      : [],
  );
}

function readJson(file: string): JsonObject {
  const value = parseJson(readFileSync(file, "utf8"));
  if (!isJsonObject(value)) throw new Error(`Reading ${file}: it is no JSON object`);
  return value;
}

function namesOf(dependencies: unknown): readonly string[] {
  return isJsonObject(dependencies) ? Object.keys(dependencies) : [];
}
