import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { writeScratchFiles } from "./scratch-repository.ts";
import type { ScratchFiles, ScratchRepository } from "./scratch-repository.ts";

/** A linked, detached worktree of a scratch repository, as an attempt gets one. It goes away with `home`. */
export type ScratchWorkspace = {
  readonly path: string;
  readonly gitDir: string;
  readonly write: (files: ScratchFiles) => void;
  /** Runs git the way an agent would: in the workspace, finding the repository from there. */
  readonly git: (...args: readonly string[]) => string;
};

/** Adds a worktree at `commit` (default: HEAD) under the folder of the repository. */
export function addScratchWorkspace(
  repository: ScratchRepository,
  name: string,
  commit = "HEAD",
): ScratchWorkspace {
  const path = join(repository.home, `workspace ${name}`);
  repository.git("worktree", "add", "-q", "--detach", path, commit);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], {
      cwd: path,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", HOME: repository.home, LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1" },
    });
  const gitDir = git("rev-parse", "--absolute-git-dir").trim();
  return { path, gitDir, git, write: (files) => writeScratchFiles(path, files) };
}
