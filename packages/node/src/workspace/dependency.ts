import { createHash, randomUUID } from "node:crypto";
import { copyFile, lstat, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";
import { runInGroup } from "../process/run-in-group.ts";
import type { Repository } from "../repository/repository.ts";
import { listFiles } from "../repository/tree-listing.ts";
import { DEPENDENCY_NAMES, isLockfile } from "./dependency-table.ts";
import { createTurnQueue } from "./turn-queue.ts";
import { isThere } from "./worktree-registry.ts";

/** The dependencies of the checkout, as workspaces see them. */
export type DependencyStore = {
  /**
   * Makes the dependency folders of the checkout appear in the workspace at `path`. Gives their places
   * relative to the root; none where the lockfiles of `commit` are not those of the checkout.
   */
  readonly provide: (path: string, commit: CommitId) => Promise<Result<readonly string[]>>;
  /** What the lockfiles of a commit amount to; equal keys mean equal dependencies. */
  readonly lockKey: (commit: CommitId) => Promise<Result<string>>;
};

/**
 * Opens the store of a repository. Each set of dependencies is copied once, in blocks shared with the
 * original where the disk can, and made read-only; workspaces link to the copy, so nothing an agent does
 * reaches the checkout. The store is shared by all sessions of the repository.
 */
export function openDependencyStore(repository: Repository): DependencyStore {
  const oneAtATime = createTurnQueue(1);
  const keys = new Map<CommitId, string>();
  let seen: { readonly stamp: string; readonly folders: Result<readonly string[]> } | undefined;
  /** The checkout is searched again when a folder changed in which dependencies are installed. */
  const foldersOf = async (): Promise<Result<readonly string[]>> => {
    const stamp = await stampOf(repository.root, lockFolders);
    if (seen?.stamp === stamp && seen.folders.ok) return seen.folders;
    seen = { stamp, folders: await dependencyFolders(repository) };
    return seen.folders;
  };
  const lockFolders = new Set(["."]);
  const lockKey = async (commit: CommitId): Promise<Result<string>> => {
    const known = keys.get(commit);
    if (known !== undefined) return ok(known);
    const files = await listFiles(repository.context, commit);
    if (!files.ok) return files;
    const locks = files.value
      .filter(({ path }) => isLockfile(path))
      .map(({ path, object }) => [path, object]);
    for (const [path = ""] of locks) lockFolders.add(dirname(path));
    const key = hash(JSON.stringify(locks));
    keys.set(commit, key);
    return ok(key);
  };
  const provide: DependencyStore["provide"] = async (path, commit) => {
    const [wanted, present] = [await lockKey(commit), await lockKey(repository.commit)];
    if (!wanted.ok) return wanted;
    if (!present.ok) return present;
    if (wanted.value !== present.value) return ok([]);
    const folders = await foldersOf();
    if (!folders.ok || folders.value.length === 0) return folders;
    const copy = await oneAtATime(() => storedCopy(repository, folders.value, present.value));
    for (const folder of folders.value) await linkFolder(join(copy, folder), join(path, folder));
    return folders;
  };
  return { provide, lockKey };
}

async function stampOf(root: string, folders: Iterable<string>): Promise<string> {
  const times = [...folders].map(async (folder) => {
    const found = await lstat(join(root, folder)).catch(() => undefined);
    return `${folder}:${found?.mtimeMs ?? 0}`;
  });
  return (await Promise.all(times)).join("\0");
}

/** The ignored folders of the checkout that have the name of a dependency folder; outermost ones only. */
async function dependencyFolders(repository: Repository): Promise<Result<readonly string[]>> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const listed = await git(repository.context, args);
  if (!listed.ok) return listed;
  const folders = splitNul(listed.value.stdout)
    .map(pathText)
    .filter((path) => path.endsWith("/"))
    .map((path) => path.slice(0, -1));
  return ok(folders.filter((path) => DEPENDENCY_NAMES.includes(path.slice(path.lastIndexOf("/") + 1))));
}

/** The path of the read-only copy, made when it is not there. Half a copy is never seen under its name. */
async function storedCopy(
  repository: Repository,
  folders: readonly string[],
  lockKey: string,
): Promise<string> {
  const stamps = await Promise.all(
    folders.map(async (folder) => [folder, (await lstat(join(repository.root, folder))).mtimeMs]),
  );
  const store = join(repository.stateHome, "dependencies");
  const copy = join(store, hash(JSON.stringify([lockKey, stamps])));
  if (await isThere(copy)) return copy;
  const draft = join(store, `.${randomUUID()}`);
  for (const folder of folders) {
    await mkdir(dirname(join(draft, folder)), { recursive: true, mode: 0o700 });
    await run(["cp", ...COPY_FLAGS, "--", join(repository.root, folder), join(draft, folder)]);
    await run(["chmod", "-R", "a-w", "--", join(draft, folder)]);
  }
  await rename(draft, copy).catch(async (cause: unknown) => {
    await run(["chmod", "-R", "u+w", "--", draft]);
    await rm(draft, { recursive: true, force: true });
    if (!(await isThere(copy))) throw cause;
  });
  return copy;
}

/** Blocks are shared with the original where the file system can; hard links never, they share writes. */
const COPY_FLAGS = process.platform === "darwin" ? ["-cRp"] : ["-a", "--reflink=auto"];

/**
 * Makes a folder of links to the entries of `source`. The folder itself is real, so that a pattern of
 * .gitignore that ends in `/` applies and tools can add their caches; links inside, for instance of a
 * monorepo to its own packages, are copied as they are and so lead into the workspace.
 */
async function linkFolder(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (await isThere(to)) continue;
    if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (entry.isDirectory() && (entry.name.startsWith("@") || entry.name === ".bin"))
      await linkFolder(from, to);
    else if (entry.isDirectory()) await symlink(from, to);
    else await copyFile(from, to);
  }
}

async function run(command: readonly [string, ...string[]]): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" };
  const exit = await runInGroup({ command, cwd: "/", env, tailBytes: 4096 });
  if (exit.code !== 0)
    throw new Error(`Running ${command[0]} for dependencies: ${exit.stderr.toString("utf8").slice(0, 400)}`);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
