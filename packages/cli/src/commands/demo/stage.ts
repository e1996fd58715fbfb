import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { scrubbedEnvironment } from "@breakwater/node";
import { planText, repositoryFiles, scriptFiles, type Course, type StoryFiles } from "./story.ts";

/** The folder in which everything of the demo happens, and how programs are run there. */
export type Stage = {
  readonly folder: string;
  readonly root: string;
  readonly plan: string;
  readonly scripts: string;
  /** One line for each start of a scripted agent. */
  readonly counter: string;
  readonly git: (...args: readonly string[]) => string;
  /** Starts this very program; each line that it prints is heard. */
  readonly start: (args: readonly string[], hear: (line: string) => void) => Started;
  readonly remove: () => void;
};

/** A started program. */
export type Started = {
  /** Kills it with SIGKILL, as a crash would. */
  readonly kill: () => void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
};

/** Sets up the scratch repository, the plan and the scripts of a course. */
export function setStage(course: Course, entry: string): Stage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-demo-")));
  const root = join(folder, "library");
  const scripts = join(folder, "scripts");
  const counter = join(folder, "starts.txt");
  const plan = join(folder, "library.plan.md");
  const env = {
    ...scrubbedEnvironment({ source: process.env, allow: [] }),
    XDG_STATE_HOME: join(folder, "state"),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const git = (...args: readonly string[]): string => runGit(root, args, env);
  writeFiles(root, repositoryFiles());
  writeFiles(scripts, scriptFiles(course, counter));
  writeFileSync(plan, planText(course));
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Demo");
  git("config", "user.email", "demo@example.invalid");
  git("add", "-A");
  git("commit", "-q", "-m", "A small library");
  const start = (args: readonly string[], hear: (line: string) => void): Started =>
    startProgram([entry, ...args], { cwd: root, env, hear });
  return {
    folder,
    root,
    plan,
    scripts,
    counter,
    git,
    start,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function writeFiles(folder: string, files: StoryFiles): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function runGit(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  const done = spawnSync("git", args, { cwd, env, encoding: "utf8" });
  if (done.status === 0) return done.stdout.trimEnd();
  throw new Error(`Setting up the demo: git ${args.join(" ")} failed: ${done.stderr}`);
}

type ProgramTerms = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hear: (line: string) => void;
};

function startProgram(args: readonly string[], { cwd, env, hear }: ProgramTerms): Started {
  const child: ChildProcess = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const heard = [child.stdout, child.stderr].map((pipe) =>
    pipe === null ? Promise.resolve() : hearLines(pipe, hear),
  );
  const gone = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const ended = gone.then(async (end) => {
    await Promise.all(heard);
    return end;
  });
  return { kill: () => child.kill("SIGKILL"), ended };
}

async function hearLines(pipe: Readable, hear: (line: string) => void): Promise<void> {
  pipe.on("error", () => {});
  for await (const line of createInterface({ input: pipe })) hear(line);
}
