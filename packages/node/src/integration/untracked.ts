import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { openDisk } from "./disk-path.ts";
import { fileGit } from "./engine-git.ts";
import { excludeRules } from "./ignore-rules.ts";
import type { IgnoreSources } from "./ignore-source.ts";
import type { TrustedIndex } from "./index-entry.ts";
import { rawBytes, rawPath, splitNul } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";

/** A workspace whose files shall be looked at: `context` has a private index and a work tree. */
export type ScanRequest = {
  readonly context: GitContext & { readonly workTree: string };
  /** A private folder for what git must read from files. */
  readonly folder: string;
  readonly base: CommitId;
  /** Where the private index comes from, if not from the workspace itself. */
  readonly trusted?: TrustedIndex;
  /** What the engine itself put into the workspace. */
  readonly leaveOut: readonly RawPath[];
};

/** Untracked files that belong to the result, and those that are on disk but do not. */
export type Untracked = { readonly paths: readonly RawPath[]; readonly leftOut: readonly RawPath[] };

/** `ruled` says that a tracked `.gitignore` is not as the base has it. */
export type ScanRules = IgnoreSources & { readonly ruled: boolean };

/**
 * How much an agent may ignore by rules of its own and still get it recorded. Beyond that it is build
 * output: it is left out, named, and keeps its workspace from being thrown away.
 */
const HIDDEN_FILES = 2_000;
const HIDDEN_BYTES = 32 * 1024 * 1024;

/**
 * The untracked files of a workspace, judged by the ignore rules of the base and of the person, never by
 * rules that the agent wrote. A repository that the agent made inside the workspace is listed file by file
 * without its `.git`: its files are the work, its history is not.
 */
export async function listUntracked(
  request: ScanRequest,
  sources: ScanRules,
  listed: readonly RawPath[],
): Promise<Result<Untracked>> {
  const view = await viewRoot(request, sources, listed);
  return view.ok ? withoutMasses(request, view.value) : view;
}

/** What git sees in the root folder: tracked paths that differ or are gone, and untracked ones. */
export type RootListing = { readonly changed: readonly RawPath[]; readonly others: readonly RawPath[] };

/** Looks at all files of a workspace in one call of git. Submodules are compared by their HEAD alone, without git. */
export async function listRoot(request: ScanRequest, sources: IgnoreSources): Promise<Result<RootListing>> {
  const rules = await exclusions(request, sources, "");
  const args = ["ls-files", "-z", "-t", "--modified", "--deleted", "--others", ...rules];
  const listed = await fileGit(request.context, args);
  if (!listed.ok) return listed;
  const lines = splitNul(listed.value.stdout);
  const paths = (isOther: boolean): RawPath[] =>
    lines.filter((line) => line.startsWith("? ") === isOther).map((line) => line.slice(2));
  return ok({ changed: [...new Set(paths(false))], others: paths(true) });
}

async function withoutMasses(request: ScanRequest, view: View): Promise<Result<Untracked>> {
  const { paths, hidden, unreadable } = view;
  if (hidden.length === 0 || (await isModest(request.context.workTree, hidden)))
    return ok({ paths, leftOut: unreadable });
  const left = new Set(hidden);
  return ok({ paths: paths.filter((path) => !left.has(path)), leftOut: [...hidden, ...unreadable] });
}

/** `hidden` are those of `paths` that only the agent's own rules ignore; all are relative to the root. */
type View = {
  readonly paths: readonly RawPath[];
  readonly hidden: readonly RawPath[];
  readonly unreadable: readonly RawPath[];
};

async function listView(request: ScanRequest, sources: ScanRules, at: RawPath): Promise<Result<View>> {
  const folder = rawBytes(at).toString("utf8");
  if (rawPath(folder) !== at) return ok({ paths: [], hidden: [], unreadable: [`${at}/`] });
  const context = viewOf(request, folder);
  const listed = await others(context, await exclusions(request, sources, at));
  if (!listed.ok) return listed;
  return viewFrom(request, { sources, context, at, listed: listed.value });
}

function viewRoot(
  request: ScanRequest,
  sources: ScanRules,
  listed: readonly RawPath[],
): Promise<Result<View>> {
  return viewFrom(request, { sources, context: request.context, at: "", listed });
}

type Sight = {
  readonly sources: ScanRules;
  readonly context: GitContext;
  readonly at: RawPath;
  readonly listed: readonly RawPath[];
};

/** Splits what git listed into files and inner repositories, which are looked into in their turn. */
async function viewFrom(request: ScanRequest, sight: Sight): Promise<Result<View>> {
  const { sources, context, at, listed } = sight;
  const place = (path: RawPath): RawPath => (at === "" ? path : `${at}/${path}`);
  const files = listed.filter((path) => !isRepository(path));
  const hidden = await hiddenBy(context, files, {
    personal: sources.personal.map((file) => `--exclude-from=${file}`),
    ruled: at !== "" || sources.ruled || files.some(isRuleFile),
  });
  if (!hidden.ok) return hidden;
  const views: View[] = [{ paths: files.map(place), hidden: hidden.value.map(place), unreadable: [] }];
  for (const inner of listed.filter(isRepository)) {
    const view = await listView(request, sources, place(inner.slice(0, -1)));
    if (!view.ok) return view;
    views.push(view.value);
  }
  return ok({
    paths: views.flatMap((view) => view.paths),
    hidden: views.flatMap((view) => view.hidden),
    unreadable: views.flatMap((view) => view.unreadable),
  });
}

/** The rules that apply at a folder, as options of git; those of the base go through a file of ours. */
async function exclusions(
  request: ScanRequest,
  sources: IgnoreSources,
  at: RawPath,
): Promise<readonly string[]> {
  const folder = rawBytes(at).toString("utf8");
  const rules = join(request.folder, `rules-${Buffer.from(folder).toString("base64url").slice(-60)}`);
  await writeFile(rules, rawBytes(excludeRules(sources.base, request.leaveOut, at)));
  return [...sources.personal.map((file) => `--exclude-from=${file}`), `--exclude-from=${rules}`];
}

function viewOf(request: ScanRequest, folder: string): GitContext {
  const workTree = join(request.context.workTree, folder);
  return { ...request.context, workTree, cwd: workTree, indexFile: join(request.folder, "no-index") };
}

/** git names a folder with a repository of its own by the folder, with a slash, and does not look inside. */
function isRepository(path: RawPath): boolean {
  return path.endsWith("/");
}

async function others(context: GitContext, rules: readonly string[]): Promise<Result<RawPath[]>> {
  const listed = await fileGit(context, ["ls-files", "-z", "--others", ...rules]);
  return listed.ok ? ok(splitNul(listed.value.stdout)) : listed;
}

async function hiddenBy(
  context: GitContext,
  files: readonly RawPath[],
  rules: { readonly personal: readonly string[]; readonly ruled: boolean },
): Promise<Result<readonly RawPath[]>> {
  if (!rules.ruled || files.length === 0) return ok([]);
  const visible = await others(context, [...rules.personal, "--exclude-per-directory=.gitignore"]);
  if (!visible.ok) return visible;
  const seen = new Set(visible.value);
  return ok(files.filter((path) => !seen.has(path)));
}

function isRuleFile(path: RawPath): boolean {
  return /(^|\/)\.gitignore$/.test(path);
}

async function isModest(root: string, paths: readonly RawPath[]): Promise<boolean> {
  if (paths.length > HIDDEN_FILES) return false;
  const disk = openDisk(root);
  let bytes = 0;
  for (const path of paths) bytes += (await disk.look(path))?.size ?? 0;
  return bytes <= HIDDEN_BYTES;
}
