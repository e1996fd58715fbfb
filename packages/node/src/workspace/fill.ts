import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok } from "@breakwater/core";
import type { CommitId, Failure, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";
import { copyWithAge } from "../integration/private-index.ts";
import { runInGroup } from "../process/run-in-group.ts";

/**
 * Brings the tracked files of a workspace to `commit` and its HEAD with them, whatever was there before.
 * Untracked files stay. Several cores write at once where git can.
 */
export async function checkOut(
  context: GitContext,
  commit: CommitId,
  workers: number,
): Promise<Result<void>> {
  const args = ["-c", `checkout.workers=${workers}`, "reset", "--hard", "--quiet", commit];
  const reset = await git(context, args, { timeoutMs: 15 * 60_000 });
  return reset.ok ? ok(undefined) : reset;
}

/** Removes everything that is not tracked, ignored files too, except folders of the names in `keep`. */
export async function cleanOut(context: GitContext, keep: readonly string[] = []): Promise<Result<void>> {
  const kept = keep.flatMap((name) => ["-e", `${name}/`]);
  const cleaned = await git(context, ["clean", "-ffdxq", ...kept], { env: { GIT_LITERAL_PATHSPECS: "0" } });
  return cleaned.ok ? ok(undefined) : cleaned;
}

/**
 * Proves in one step that HEAD is `commit`, that the index equals it and the files equal the index. The
 * refreshed index is written back, so that the next look at the files is cheap. Fails with BW716.
 */
export async function verifyFiles(context: GitContext, commit: CommitId): Promise<Result<void>> {
  const args = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames"];
  const asked = await git(context, args, { env: { GIT_OPTIONAL_LOCKS: "1" } });
  if (!asked.ok) return asked;
  const entries = splitNul(asked.value.stdout).map(pathText);
  const differing = entries.filter((entry) => !entry.startsWith("#"));
  if (!entries.includes(`# branch.oid ${commit}`)) return fail(notAtBase(context.cwd, commit));
  return differing.length === 0 ? ok(undefined) : fail(notClean(context.cwd, differing));
}

/**
 * Removes everything that the index of a folder does not track, links in the place of tracked folders too.
 * Throws where the disk refuses.
 */
export async function clearOthers(context: GitContext): Promise<Result<void>> {
  const listed = await git(context, ["ls-files", "-z", "--others", "--directory"]);
  if (!listed.ok) return listed;
  for (const other of splitNul(listed.value.stdout)) {
    const path = Buffer.concat([Buffer.from(`${context.cwd}/`), withoutSlash(other)]);
    await rm(path, { recursive: true, force: true });
  }
  return ok(undefined);
}

function withoutSlash(path: Buffer): Buffer {
  return path.at(-1) === 0x2f ? path.subarray(0, -1) : path;
}

/** The cheap form for a folder that only git has written to: HEAD and index, but not each file. */
export async function verifyIndex(context: GitContext, commit: CommitId): Promise<Result<void>> {
  const head = (await readFile(join(context.gitDir, "HEAD"), "utf8")).trim();
  if (head !== commit) return fail(notAtBase(context.cwd, commit));
  const asked = await git(context, ["diff-index", "--cached", "--quiet", commit], { okCodes: [0, 1] });
  if (!asked.ok) return asked;
  return asked.value.code === 0 ? ok(undefined) : fail(notAtBase(context.cwd, commit));
}

/**
 * Whether a used folder hides something that git's own cleaning never touches: nested `.git` entries,
 * files shared with another folder by a hard link, closed folders, pipes, sockets and devices.
 */
export async function holdsHiddenThings(path: string): Promise<boolean> {
  const odd = ["!", "-type", "f", "!", "-type", "d", "!", "-type", "l"];
  const nested = ["-name", ".git", "!", "-path", "./.git"];
  const linked = ["-type", "f", "-links", "+1"];
  const closed = ["-type", "d", "!", "-perm", "-700"];
  const tests = ["(", ...nested, "-o", ...linked, "-o", ...closed, "-o", ...odd, ")"];
  const found = await runInGroup({
    command: ["find", ".", "-mindepth", "1", ...tests, "-print"],
    cwd: path,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
    timeoutMs: 120_000,
    tailBytes: 1024,
  });
  return found.code !== 0 || found.stdout.length > 0 || found.stderr.length > 0;
}

/**
 * Copies an index together with its age. git looks again into files that are as young as the index; a
 * younger copy would make it trust what changed within that second.
 */
export async function copyIndexFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyWithAge(from, to);
}

/** Puts the `.git` file of a workspace back, whatever an agent made of it. */
export async function restoreGitFile(folder: {
  readonly path: string;
  readonly gitDir: string;
}): Promise<void> {
  const file = join(folder.path, ".git");
  await rm(file, { recursive: true, force: true });
  await writeFile(file, `gitdir: ${folder.gitDir}\n`, { flag: "wx" });
}

function notAtBase(path: string, commit: CommitId): Failure {
  return {
    code: "BW716",
    message: `The workspace ${path} does not hold commit ${commit.slice(0, 12)} after it was filled`,
    why: "Another program moved its HEAD or its index.",
    fix: "Find the program that works in Breakwater's folders, stop it and run the same command again.",
  };
}

function notClean(path: string, entries: readonly string[]): Failure {
  const first = entries.slice(0, 3).map((entry) => JSON.stringify(entry.split(" ").at(-1)));
  return {
    code: "BW716",
    message: `${entries.length} files of a fresh checkout in ${path} differ from their commit, for instance ${first.join(", ")}`,
    why: "Attributes rewrite them on checkout (line ends), or the file system cannot hold their names apart.",
    fix: "Commit what git add --renormalize . changes, or rename files that differ in case alone.",
  };
}
