import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * One file of a scratch repository: its content, or its content with the executable bit, or a symlink.
 */
export type ScratchFile =
  | string
  | Buffer
  | { readonly content: string | Buffer; readonly executable: true }
  | { readonly link: string };

/** Files by their path relative to the root; a path may be bytes, for names that are not UTF-8. */
export type ScratchFiles =
  | Readonly<Record<string, ScratchFile>>
  | readonly (readonly [Buffer | string, ScratchFile])[];

/**
 * A real git repository in a temporary folder of its own. `home` is the folder around it: the repository
 * is `root`, and anything else that a test puts into `home` goes away with it. `git` runs git there with
 * no config but the repository's own and throws when git fails.
 */
export type ScratchRepository = {
  readonly home: string;
  readonly root: string;
  readonly write: (files: ScratchFiles) => void;
  readonly commit: (message: string) => string;
  readonly git: (...args: readonly string[]) => string;
  /** What a session that is over must not leave: worktrees beyond the checkout, and lock files of git. */
  readonly leftovers: () => readonly string[];
  readonly dispose: () => void;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/**
 * Makes a repository with `files` committed on branch `main`; no commit at all when `files` is left out.
 * `folder` is the name of the root folder (default `project`) and may hold spaces.
 */
export function createScratchRepository(files?: ScratchFiles, folder = "project"): ScratchRepository {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "breakwater-test-")));
  const root = join(home, folder);
  mkdirSync(root);
  const git = (...args: readonly string[]): string => runGit(root, args);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Scratch");
  git("config", "user.email", "scratch@example.invalid");
  const commit = (message: string): string => {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD").trim();
  };
  const dispose = (): void => rmSync(home, { recursive: true, force: true });
  const write = (more: ScratchFiles): void => writeScratchFiles(root, more);
  if (files !== undefined) {
    write(files);
    commit("First commit");
  }
  const leftovers = (): readonly string[] => [...extraWorktrees(git), ...lockFiles(join(root, ".git"))];
  return { home, root, write, commit, git, leftovers, dispose, [Symbol.asyncDispose]: async () => dispose() };
}

/** Writes files below `root`, making the folders they need. */
export function writeScratchFiles(root: string, files: ScratchFiles): void {
  const entries = Array.isArray(files) ? files : Object.entries(files);
  for (const [path, file] of entries as readonly (readonly [Buffer | string, ScratchFile])[]) {
    const target = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]);
    if (typeof path === "string") mkdirSync(dirname(join(root, path)), { recursive: true });
    writeOne(target, file);
  }
}

function extraWorktrees(git: ScratchRepository["git"]): readonly string[] {
  const paths = git("worktree", "list", "--porcelain").split("\n");
  return paths.filter((line) => line.startsWith("worktree ")).slice(1);
}

function lockFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".lock"))
    .map((name) => join(folder, name));
}

function writeOne(target: Buffer, file: ScratchFile): void {
  if (typeof file === "string" || Buffer.isBuffer(file)) return writeFileSync(target, file);
  if ("link" in file) return symlinkSync(file.link, target);
  writeFileSync(target, file.content);
  return chmodSync(target, 0o755);
}

function runGit(cwd: string, args: readonly string[]): string {
  const child = spawnSync("git", [...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: dirname(cwd),
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
      GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
    },
  });
  if (child.status !== 0)
    throw new Error(`Running git ${args.join(" ")} in ${cwd}: ${child.stderr || String(child.error)}`);
  return child.stdout;
}
