import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  environmentOf,
  gitEnvironment,
  installTarball,
  makeUserFolders,
  tool,
  type Ended,
  type Place,
  type UserFolders,
} from "./install.ts";
import { leftoversBelow } from "./leftover.ts";
import { makeFolder, removeFolder } from "./stage.ts";
import { closingLine, equalTo, noneAmiss, printChecks, type Check } from "./table.ts";

/*
 * The way of a newcomer who has the README and nothing else: a small repository, `init`, the plan that the
 * README quotes (`newcomer-plan.md`), `plan lint`, `go`, `status`, `close`. `npm run acceptance:newcomer`
 * exits with 1 when a step does not do what the README says, and keeps its folder then.
 */

const PLAN = readFileSync(new URL("newcomer-plan.md", import.meta.url), "utf8");
const README = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");

async function main(): Promise<boolean> {
  const begun = Date.now();
  const folder = makeFolder();
  const program = installTarball(folder);
  const folders = makeUserFolders(folder);
  const root = makeProject(folders);
  const place = { cwd: root, env: environmentOf(folders, program.bin) };
  const checks = await walk((...args) => program.run(args, place), place, { folder, folders });
  printChecks(checks);
  const passed = checks.every((check) => check.passed);
  if (passed) removeFolder(folder);
  const fate = passed ? "its folder is removed" : `all of it is kept in ${folder}`;
  process.stdout.write(`${((Date.now() - begun) / 1_000).toFixed(1)} s; ${fate}\n`);
  return closingLine(checks.map((check) => check.passed));
}

/** A project with one function and one test, as somebody may have it. */
function makeProject({ home }: UserFolders): string {
  const root = join(home, "sums");
  const files = {
    "package.json": '{ "name": "sums", "version": "1.0.0", "scripts": { "test": "node --test" } }\n',
    "src/add.js": "exports.add = (a, b) => a + b;\n",
    "test/add.test.js": "require('node:assert').equal(require('../src/add').add(1, 2), 3);\n",
  };
  for (const folder of ["src", "test"]) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  const git = gitOf(root);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Nora");
  git("config", "user.email", "nora@example.invalid");
  git("add", "-A");
  git("commit", "-q", "-m", "Add");
  return root;
}

function gitOf(root: string): (...args: readonly string[]) => string {
  return (...args) => tool("git", args, root, gitEnvironment(root)).trim();
}

/** The steps in the order of the README; a later one is tried although an earlier one failed. */
async function walk(
  run: (...args: readonly string[]) => Promise<Ended>,
  { cwd, env }: Place,
  { folder, folders }: { readonly folder: string; readonly folders: UserFolders },
): Promise<readonly Check[]> {
  const git = gitOf(cwd);
  const init = await run("init", "--tier", "fast", "--yes");
  // The program says itself what comes next; a newcomer copies that line.
  const next = /^next {2}(git add .*)$/m.exec(init.stdout)?.[1];
  tool("sh", ["-c", next ?? "exit 1"], cwd, { ...env, ...gitEnvironment(folders.home) });
  writeFileSync(join(cwd, "plan.md"), PLAN);
  const lint = await run("plan", "lint", "plan.md");
  const base = git("rev-parse", "HEAD");
  const go = await run("go", "plan.md", "--yes");
  const untouched = git("rev-parse", "HEAD") === base && git("status", "--porcelain") === "?? plan.md";
  const status = await run("status");
  const why = await run("why", "T1");
  const close = await run("close");
  return [
    equalTo("the README quotes the plan", README.includes(PLAN.trim()), true),
    exitOf("init --tier fast --yes", init),
    equalTo("init says what to commit", next !== undefined, true),
    exitOf("plan lint plan.md", lint),
    exitOf("go plan.md", go),
    equalTo("go left the checkout alone", untouched, true),
    exitOf("status", status),
    equalTo("status says what comes next", status.stdout.includes("breakwater close"), true),
    exitOf("why T1", why),
    exitOf("close", close),
    equalTo(
      "the branch has the task as a commit",
      git("log", "-1", "--format=%an %s"),
      "Nora feat: Subtract",
    ),
    equalTo(
      "its files are in the checkout",
      git("show", "--name-only", "--format=", "HEAD").replace("\n", " "),
      FILES,
    ),
    equalTo("only the plan is not committed", git("status", "--porcelain"), "?? plan.md"),
    equalTo("the tests pass", tool("npm", ["test", "--silent"], cwd, { ...env }).includes("pass 2"), true),
    noneAmiss("nothing is left over", leftoversBelow(folder, cwd, folders)),
  ];
}

const FILES = "src/sub.js test/sub.test.js";

function exitOf(name: string, { code, stdout, stderr }: Ended): Check {
  const said = code === 0 ? "exit 0" : `exit ${String(code)} ${stdout.slice(-300)} ${stderr.slice(-500)}`;
  return { name, passed: code === 0, found: said };
}

process.exitCode = (await main()) ? 0 : 1;
