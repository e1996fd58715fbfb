import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "@breakwater/core";
import { type Places, placedText } from "@breakwater/guard";
import { runInGroup } from "@breakwater/node";
import { readSetupStep } from "./setup-step.ts";

/** Where fixtures are made, and the script that makes the first; the rest are copies of it. */
export type FixtureFolder = { readonly folder: string; readonly script: string };

const TIMEOUT_MS = 60_000;

/** Makes the repository that the cases speak of, by the corpus's own script. The failure is BW783. */
export async function makeFixture(at: FixtureFolder): Promise<Result<Places>> {
  const target = join(at.folder, "original");
  await mkdir(join(at.folder, "home"), { recursive: true });
  const run = await runInGroup({
    command: ["bash", at.script, target],
    cwd: at.folder,
    env: { ...environment(at.folder), GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    timeoutMs: TIMEOUT_MS,
  });
  if (run.code !== 0)
    return unmade(
      `the script ended with ${run.code ?? run.signal ?? "no result"}`,
      run.stderr.toString("utf8"),
    );
  await symlink(join(target, "wt"), join(target, "wt-link"));
  return ok(placesOf(target));
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
    if (run.code !== 0)
      return unmade(
        `${line} ended with ${run.code ?? run.signal ?? "no result"}`,
        run.stderr.toString("utf8"),
      );
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

function unmade(reason: string, detail: string): Result<never> {
  return fail({
    code: "BW783",
    message: `the fixture of the corpus could not be made: ${reason}${detail === "" ? "" : ` (${detail.trim().slice(-200)})`}`,
    why: "without the fixture the answers would be about other files than the cases mean",
    fix: "check that bash and git are there and that the temporary folder can be written",
  });
}
