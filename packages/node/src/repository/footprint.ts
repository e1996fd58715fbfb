import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import { uncommittedPaths } from "./clean-tree.ts";
import { isControlFile } from "./control-file.ts";
import { pathText, splitNul } from "../git/nul-list.ts";
import { git } from "../git/run-git.ts";
import type { Repository } from "./repository.ts";

/** The parts of what belongs to the user. */
export type FootprintPart = "files" | "index" | "head" | "refs" | "stash" | "config" | "hooks";

/**
 * Everything of the user that a session must leave alone, as text by name and part. `digest` is the hash of
 * it all. Tracked files that equal the index are covered by `index`, so `files` holds the others; ignored
 * files are not looked at, nor is anything below `refs/breakwater`.
 */
export type Footprint = {
  readonly digest: string;
  readonly parts: Readonly<Record<FootprintPart, Readonly<Record<string, string>>>>;
};

/** One thing that is not as it was. */
export type FootprintChange = {
  readonly part: FootprintPart;
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
};

/** Takes the footprint of a checkout. Reads only. A second call on an untouched checkout gives the same. */
export async function footprint(
  repository: Pick<Repository, "root" | "gitDir" | "commonDir" | "context">,
  stateDir: string,
): Promise<Result<Footprint>> {
  const dirty = await uncommittedPaths(repository.context);
  if (!dirty.ok) return dirty;
  // `-v` shows bits that would hide a change of a file from `git status`.
  const index = await git(repository.context, ["ls-files", "-z", "-v", "--stage"]);
  if (!index.ok) return index;
  const guarded = await guardedParts(repository);
  if (!guarded.ok) return guarded;
  const own = dirty.value.filter(({ path }) => !isControlFile(path, stateDir));
  const parts: Footprint["parts"] = {
    files: Object.fromEntries(
      own.map(({ path, bytes }) => [path, digestOfFile(inRoot(repository.root, bytes))]),
    ),
    index: readIndex(index.value.stdout, stateDir),
    ...guarded.value,
  };
  return ok({ digest: sha256(JSON.stringify(parts)), parts });
}

/** The parts that no file of the user is in: HEAD, refs, stash, config and hooks. Two calls of git. */
export async function guardedParts(
  repository: Pick<Repository, "root" | "gitDir" | "commonDir" | "context">,
): Promise<Result<Omit<Footprint["parts"], "files" | "index">>> {
  const refs = await git(repository.context, ["for-each-ref", "--format=%(objectname) %(symref) %(refname)"]);
  if (!refs.ok) return refs;
  return ok({
    head: { HEAD: digestOfFile(join(repository.gitDir, "HEAD")) },
    refs: readRefs(refs.value.stdout.toString("utf8")),
    stash: { log: digestOfFile(join(repository.commonDir, "logs", "refs", "stash")) },
    config: readConfigFiles(repository),
    hooks: await readHooks(repository),
  });
}

/** What differs between two footprints, by part and name; empty when nothing does. */
export function compareFootprints(before: Footprint, after: Footprint): readonly FootprintChange[] {
  const parts: readonly FootprintPart[] = ["files", "index", "head", "refs", "stash", "config", "hooks"];
  return parts.flatMap((part) => comparePart(part, before.parts[part], after.parts[part]));
}

/** What differs in one part, by name. */
export function comparePart(
  part: FootprintPart,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly FootprintChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): FootprintChange[] => {
    if (before[name] === after[name]) return [];
    if (before[name] === undefined) return [{ part, name, change: "added" }];
    return [{ part, name, change: after[name] === undefined ? "removed" : "changed" }];
  });
}

/** `<tag> <mode> <object> <stage>\t<path>` */
function readIndex(output: Buffer, stateDir: string): Record<string, string> {
  return Object.fromEntries(
    splitNul(output).flatMap((entry) => {
      const tab = entry.indexOf(0x09);
      const path = pathText(entry.subarray(tab + 1));
      const told = entry.subarray(0, tab).toString("latin1");
      return isControlFile(path, stateDir) ? [] : [[`${path}#${told.slice(-1)}`, told] as const];
    }),
  );
}

function readRefs(output: string): Record<string, string> {
  const lines = output.split("\n").filter((line) => line !== "" && !/ refs\/breakwater\//.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(at + 1), line.slice(0, at)] as const;
    }),
  );
}

function readConfigFiles(repository: Pick<Repository, "gitDir" | "commonDir">): Record<string, string> {
  const files = [
    join(repository.commonDir, "config"),
    join(repository.gitDir, "config.worktree"),
    join(repository.commonDir, "info", "exclude"),
    join(repository.commonDir, "info", "attributes"),
  ];
  return Object.fromEntries(files.map((file) => [file, digestOfFile(file)]));
}

async function readHooks(
  repository: Pick<Repository, "root" | "commonDir" | "context">,
): Promise<Record<string, string>> {
  // Our own calls switch hooks off by config, so the user's folder is read past them.
  const asked = await git(repository.context, ["config", "--type=path", "--get-all", "core.hooksPath"], {
    okCodes: [0, 1],
  });
  const named = asked.ok ? asked.value.stdout.toString("utf8").split("\n").filter(Boolean) : [];
  const folders = named
    .filter((path) => path !== "/dev/null")
    .map((path) => (isAbsolute(path) ? path : join(repository.root, path)));
  return Object.fromEntries(
    [join(repository.commonDir, "hooks"), ...folders].flatMap((folder) =>
      namesIn(folder).map((name) => [join(folder, name), digestOfFile(join(folder, name))] as const),
    ),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Kind, permission and content of a path; `absent` and `unreadable` are answers too. */
function digestOfFile(path: string | Buffer): string {
  try {
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) return `link ${sha256(readlinkSync(path, "buffer"))}`;
    if (!stat.isFile()) return `other ${mode}`;
    return `file ${mode} ${sha256(readFileSync(path))}`;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? "absent" : "unreadable";
  }
}

function inRoot(root: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), path]);
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
