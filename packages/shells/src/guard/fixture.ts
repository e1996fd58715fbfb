import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "@breakwater/core";
import { type Places, placedText } from "@breakwater/guard";
import { type GroupExit, runInGroup } from "@breakwater/node";
import { readSetupStep } from "./setup-step.ts";

const TIMEOUT_MS = 60_000;

/** In pieces, because a reader of the bundle would take these texts for modules of its own. */
const text = (...pieces: readonly string[]): string => pieces.join("");

/** What the main checkout of the fixture holds at its one commit. */
const FILES: Readonly<Record<string, string>> = {
  "src/api/a.ts": text("export ", "const a=1\n"),
  "src/web/b.ts": text("export ", "const b=1\n"),
  "package.json": `{"name":"fx","version":"1.0.0","scripts":{"test":"node --test test/","build":"node -e \\"require('fs').writeFileSync('src/api/out.js','1')\\""}}\n`,
  "test/a.test.mjs": text(
    "import ",
    "t from 'node:test';",
    "import ",
    "http from 'node:http';t('lo',async()=>{const s=http.createServer((q,r)=>r.end('ok'));await new Promise(r=>s.listen(0,'127.0.0.1',r));const x=await fetch('http://127.0.0.1:'+s.address().port);if(await x.text()!=='ok')throw 1;s.close()})\n",
  ),
  ".gitignore": "node_modules\n",
  ".claude/settings.json": "{}\n",
};

/** What lies around it: an ignored dependency of the workspace, and a secret in the home folder. */
const SURROUNDINGS: Readonly<Record<string, string>> = {
  "wt/node_modules/x/i.js": "1\n",
  "home/.ssh/id": "secret\n",
};

const GIT = [
  ["init", "-q", "-b", "main", "."],
  ["add", "-A"],
  ["commit", "-qm", "init"],
  ["worktree", "add", "-q", "-b", "agent1", "../wt"],
] as const;

/**
 * Makes the repository that the cases speak of in `target`: a main checkout, a linked worktree, a home and a
 * scratch folder, laid out as `packages/guard/corpus/fixture.sh` says. The failure is BW783.
 */
export async function makeFixture(target: string): Promise<Result<Places>> {
  const places = placesOf(target);
  await writeAll(places.main, FILES);
  for (const words of GIT) {
    const run = await runInGroup({
      command: ["git", ...words],
      cwd: places.main,
      env: gitEnvironment(places.home),
      timeoutMs: TIMEOUT_MS,
    });
    if (run.code !== 0) return unmade(`git ${words[0]}`, run);
  }
  await writeAll(target, SURROUNDINGS);
  for (const folder of ["scratch", "npmcache"]) await mkdir(join(target, folder), { recursive: true });
  await symlink("wt", join(target, "wt-link"));
  return ok(places);
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** A copy of the fixture with a case's setup carried out in its workspace. The failure is BW782 or BW783. */
export async function copyFixture(
  original: Places,
  target: string,
  setup: readonly string[],
): Promise<Result<Places>> {
  await cp(join(original.worktree, ".."), target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: isNeeded,
  });
  const places = placesOf(target);
  for (const line of setup) {
    const step = readSetupStep(placedText(line, places));
    if (!step.ok) return step;
    const run = await runInGroup({
      command: step.value,
      cwd: places.worktree,
      env: environment(target),
      timeoutMs: TIMEOUT_MS,
    });
    if (run.code !== 0) return unmade(line, run);
  }
  return ok(places);
}

/** What git keeps inside is never looked at, only where it lies. */
function isNeeded(path: string): boolean {
  return !path.includes("/.git/objects/") && !path.endsWith(".sample");
}

function placesOf(folder: string): Places {
  return {
    worktree: join(folder, "wt"),
    main: join(folder, "repo"),
    home: join(folder, "home"),
    tmp: join(folder, "scratch"),
  };
}

function environment(home: string): Readonly<Record<string, string>> {
  return { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home, LC_ALL: "C.UTF-8" };
}

function gitEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    ...environment(home),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b",
  };
}

function unmade(what: string, run: GroupExit): Result<never> {
  const detail = run.stderr.toString("utf8").trim().slice(-200);
  return fail({
    code: "BW783",
    message: `the fixture of the corpus could not be made: ${what} ended with ${run.code ?? run.signal ?? "no result"}${detail === "" ? "" : ` (${detail})`}`,
    why: "without the fixture the answers would be about other files than the cases mean",
    fix: "check that git is there and that the temporary folder can be written",
  });
}
