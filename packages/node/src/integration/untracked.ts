import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ok } from "@breakwater/core";
import type { CommitId, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { openDisk } from "./disk-path.ts";
import { fileGit } from "./engine-git.ts";
import { excludeRules } from "./ignore-rules.ts";
import type { IgnoreSources } from "./ignore-source.ts";
import { rawBytes, rawPath, splitNul } from "./raw-path.ts";
import type { RawPath } from "./raw-path.ts";

/** A workspace whose files shall be looked at: `context` has a private index and a work tree. */
export type ScanRequest = {
  readonly context: GitContext & { readonly workTree: string };
  /** A private folder for what git must read from files. */
  readonly folder: string;
  readonly base: CommitId;
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
export async function listUntracked(request: ScanRequest, sources: ScanRules): Promise<Result<Untracked>> {
  const listed = await listView(request, sources, "");
  if (!listed.ok) return listed;
  const { paths, hidden, unreadable } = listed.value;
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
  const context = at === "" ? request.context : viewOf(request, folder);
  const rules = join(request.folder, `rules-${Buffer.from(folder).toString("base64url").slice(-60)}`);
  const text = excludeRules(sources.base, request.leaveOut, at);
  await writeFile(rules, rawBytes(text));
  const personal = sources.personal.map((file) => `--exclude-from=${file}`);
  const listed = await others(context, [...personal, `--exclude-from=${rules}`]);
  if (!listed.ok) return listed;
  const place = (path: RawPath): RawPath => (at === "" ? path : `${at}/${path}`);
  const files = listed.value.filter((path) => !isRepository(path));
  const hidden = await hiddenBy(context, files, {
    personal,
    ruled: at !== "" || sources.ruled || files.some(isRuleFile),
  });
  if (!hidden.ok) return hidden;
  const views: View[] = [{ paths: files.map(place), hidden: hidden.value.map(place), unreadable: [] }];
  for (const inner of listed.value.filter(isRepository)) {
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
