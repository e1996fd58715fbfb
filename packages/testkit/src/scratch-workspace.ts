import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { writeScratchFiles } from "./scratch-repository.ts";
import type { ScratchFile, ScratchFiles, ScratchRepository } from "./scratch-repository.ts";

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

/** The repository and checkout of a scratch repository, in the form in which git calls name them. */
export function scratchContext(repository: ScratchRepository): {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly workTree: string;
  readonly cwd: string;
} {
  const gitDir = join(repository.root, ".git");
  return { gitDir, commonDir: gitDir, workTree: repository.root, cwd: repository.root };
}

/** What a scratch commit does to the files of its parent; removals come first. */
export type ScratchChange = { readonly write?: ScratchFiles; readonly remove?: readonly string[] };

/**
 * Commits a change on top of `from` without touching the checkout, its index or its branch. Takes one git
 * process; the commit is kept by a ref below `refs/scratch`.
 */
export function commitBeside(repository: ScratchRepository, from: string, change: ScratchChange): string {
  const orders = [
    `commit refs/scratch/${randomUUID()}\nmark :1\n`,
    "committer Scratch <scratch@example.invalid> 1767225600 +0000\n",
    `data 4\nwork\nfrom ${from}\n`,
    ...(change.remove ?? []).map((path) => `D ${quotedPath(path)}\n`),
    ...entriesOf(change.write ?? {}).flatMap(([path, file]) => {
      const [mode, content] = modeAndContent(file);
      return [`M ${mode} inline ${quotedPath(path)}\ndata ${content.length}\n`, content, "\n"];
    }),
    "\nget-mark :1\n",
  ];
  const input = Buffer.concat(
    orders.map((order) => (typeof order === "string" ? Buffer.from(order) : order)),
  );
  return execFileSync("git", ["fast-import", "--quiet"], {
    cwd: repository.root,
    input,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: repository.home, LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1" },
  }).trim();
}

function entriesOf(files: ScratchFiles): readonly (readonly [Buffer | string, ScratchFile])[] {
  return isList(files) ? files : Object.entries(files);
}

function isList(files: ScratchFiles): files is Exclude<ScratchFiles, Readonly<Record<string, ScratchFile>>> {
  return Array.isArray(files);
}

function modeAndContent(file: ScratchFile): readonly [mode: string, content: Buffer] {
  if (typeof file === "string" || Buffer.isBuffer(file)) return ["100644", Buffer.from(file)];
  if ("link" in file) return ["120000", Buffer.from(file.link)];
  return ["100755", Buffer.from(file.content)];
}

/** Quotes a path for fast-import, every byte that is not plain as an octal escape. */
function quotedPath(path: Buffer | string): string {
  const bytes = [...Buffer.from(path)].map((byte) => {
    const plain = /[A-Za-z0-9/._-]/.test(String.fromCharCode(byte));
    return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${bytes.join("")}"`;
}
