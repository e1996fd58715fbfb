import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { commitId, fail, ok, type Result } from "@breakwater/core";
import { firstLine, objectGit, writeEngineCommit } from "../integration/engine-git.ts";
import { writeTree } from "../integration/private-index.ts";
import type { OwnRef } from "../integration/ref-name.ts";
import { forceRef } from "../integration/refs.ts";
import { withIndex, type GitContext } from "../git/git-context.ts";
import { withPrivateFolder } from "../process/private-folder.ts";
import { overlayFolders } from "./overlay-mount.ts";
import type { WallPlace } from "./wall-profile.ts";

/** What an overlay held, to be kept where it lies now; `paths` are relative, `everything` is all that was written. */
export type HeldContent = {
  readonly place: WallPlace;
  readonly paths: readonly string[] | "everything";
  readonly ref: OwnRef;
};

/** Where held content is kept now. `left` have no content that git can hold: devices, pipes, odd names. */
export type KeptContent = { readonly ref: OwnRef; readonly kept: number; readonly left: readonly string[] };

/**
 * Puts held content under a quarantine ref: a commit on the workspace's own, whose tree has the held paths and
 * nothing else. Bytes are stored as they are; no filter of the repository runs. To be called before the wall
 * is closed. A failure is one of git or BW791 for a disk that refuses.
 */
export async function keepHeld({ place, paths, ref }: HeldContent): Promise<Result<KeptContent>> {
  const { upper } = overlayFolders(place.own);
  const { commonDir, gitDir } = place;
  const context: GitContext = { gitDir: commonDir, commonDir, cwd: commonDir };
  const head = await objectGit({ ...context, gitDir }, ["rev-parse", "--verify", "HEAD^{commit}"]);
  if (!head.ok) return head;
  const list = paths === "everything" ? await filesBelow(upper, "") : paths;
  const found = await Promise.all(list.map((path) => describe(upper, path)));
  const stored = await storeAll(context, upper, found);
  if (!stored.ok) return stored;
  const left = list.filter((_, at) => stored.value[at] === undefined);
  const index = stored.value
    .map((entry, at) => (entry === undefined ? "" : `${entry}\t${list[at]}\0`))
    .join("");
  const tree = await withPrivateFolder(async (folder) => {
    const fresh = withIndex(context, join(folder, "index"));
    const put = await objectGit(fresh, ["update-index", "-z", "--index-info"], { stdin: index });
    return put.ok ? writeTree(fresh) : put;
  });
  if (!tree.ok) return tree;
  const message = "Held by the wall: written out of scope\n";
  const draft = { tree: tree.value, parent: commitId(firstLine(head.value)), message };
  const commit = await writeEngineCommit(context, { ...draft, seconds: Math.floor(Date.now() / 1_000) });
  if (!commit.ok) return commit;
  const moved = await forceRef(context, ref, commit.value);
  return moved.ok ? ok({ ref, kept: list.length - left.length, left }) : moved;
}

type Described = { readonly mode: string; readonly path?: string; readonly link?: Buffer } | undefined;

/** A name with a line break cannot be told to git in the way that takes a thousand names at once. */
async function describe(upper: string, path: string): Promise<Described> {
  const file = join(upper, path);
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink() === true)
    return { mode: "120000", link: await readlink(file, { encoding: "buffer" }) };
  if (found?.isFile() !== true || path.includes("\n")) return undefined;
  return { mode: (found.mode & 0o100) === 0 ? "100644" : "100755", path: file };
}

/** The `mode id` of each, in the same order. */
async function storeAll(
  context: GitContext,
  upper: string,
  found: readonly Described[],
): Promise<Result<readonly (string | undefined)[]>> {
  const files = found.flatMap((each) => each?.path ?? []);
  const args = ["hash-object", "-w", "--no-filters"];
  const ids = new Map<string, string>();
  if (files.length > 0) {
    const done = await objectGit(context, [...args, "--stdin-paths"], { stdin: `${files.join("\n")}\n` });
    if (!done.ok) return done;
    const lines = done.value.stdout.toString("utf8").trim().split("\n");
    if (lines.length !== files.length) return fail(oddAnswer(upper));
    for (const [at, file] of files.entries()) ids.set(file, lines[at] ?? "");
  }
  const entries: (string | undefined)[] = [];
  for (const each of found) {
    if (each?.link !== undefined) {
      const done = await objectGit(context, [...args, "--stdin"], { stdin: each.link });
      if (!done.ok) return done;
      entries.push(`${each.mode} ${firstLine(done.value)}`);
    } else entries.push(each?.path === undefined ? undefined : `${each.mode} ${ids.get(each.path)}`);
  }
  return ok(entries);
}

function oddAnswer(upper: string): { code: string; message: string; why: string; fix: string } {
  return {
    code: "BW790",
    message: `what the wall held in ${upper} could not be stored`,
    why: "git answered with another number of objects than it was given.",
    fix: "Look at the folder; it stays where it is",
  };
}

async function filesBelow(upper: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(upper, folder), { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(upper, path) : [path];
  });
  return (await Promise.all(lists)).flat();
}
