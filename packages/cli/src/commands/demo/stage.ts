import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { scrubbedEnvironment } from "@breakwater/node";
import type { Course } from "./course.ts";
import { endAttempts } from "./end-attempts.ts";
import { holdProgram, scriptFiles } from "./script.ts";
import { openPrograms, type Ended, type Started } from "./program.ts";
import { planText, repositoryFiles, type StoryFiles } from "./story.ts";

/** The folder in which everything of the demo happens, and how programs are run there. */
export type Stage = {
  readonly folder: string;
  readonly root: string;
  readonly plan: string;
  readonly scripts: string;
  /** One line for each start of a scripted agent. */
  readonly starts: string;
  /** The whole environment of every child. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs git in the repository; throws when it fails. */
  readonly git: (...args: readonly string[]) => string;
  /** Runs this very program to its end. */
  readonly run: (args: readonly string[]) => Promise<Ended>;
  /** Starts this very program. */
  readonly start: (args: readonly string[]) => Started;
  /** Lets an agent that is held go on. */
  readonly release: (task: string) => void;
  /**
   * Ends every process of the demo and removes the folder, unless it is to be kept. Nothing starts after
   * that, and what runs is never told to have ended. Safe to repeat.
   */
  readonly clear: (keep: boolean) => Promise<void>;
};

/** Sets up the scratch repository, the plan and the scripts of a course. `entry` is this program's file. */
export function setStage(course: Course, entry: string): Stage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-demo-")));
  const at = (name: string): string => join(folder, name);
  const props = { hold: at("hold.sh"), starts: at("starts.txt") };
  for (const name of ["home", "tmp", "release"]) mkdirSync(at(name));
  const root = at("limiter");
  const env = stageEnvironment(folder);
  writeFiles(at("scripts"), scriptFiles(course, props));
  writeFileSync(props.hold, holdProgram(props, at("release")));
  writeFileSync(at("limiter.plan.md"), planText());
  const git = (...args: readonly string[]): string => runGit(root, args, env);
  makeRepository(root, git);
  const programs = openPrograms({ cwd: root, env });
  const start = (args: readonly string[]): Started => programs.start(process.execPath, [entry, ...args]);
  return {
    folder,
    root,
    plan: at("limiter.plan.md"),
    scripts: at("scripts"),
    starts: props.starts,
    env,
    git,
    run: (args) => start(args).ended,
    start,
    release: (task) => writeFileSync(join(at("release"), task), ""),
    clear: async (keep) => {
      await programs.end();
      endAttempts(root);
      if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** Home, state and temporary files of every child lie in the folder; the user's git settings stay out. */
function stageEnvironment(folder: string): Readonly<Record<string, string>> {
  return scrubbedEnvironment({
    source: process.env,
    extra: {
      HOME: join(folder, "home"),
      XDG_STATE_HOME: join(folder, "state"),
      XDG_CONFIG_HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
      USER: "demo",
      LOGNAME: "demo",
      GIT_CONFIG_NOSYSTEM: "1",
    },
  });
}

function makeRepository(root: string, git: Stage["git"]): void {
  writeFiles(root, repositoryFiles());
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Demo");
  git("config", "user.email", "demo@example.invalid");
  git("add", "-A");
  git("commit", "-q", "-m", "Begin");
}

function writeFiles(folder: string, files: StoryFiles): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function runGit(cwd: string, args: readonly string[], env: Stage["env"]): string {
  const done = spawnSync("git", args, { cwd, env, encoding: "utf8" });
  if (done.status === 0) return done.stdout.trimEnd();
  throw new Error(`Running git ${args.join(" ")} for the demo: ${done.error?.message ?? done.stderr}`);
}
