import { ok } from "@breakwater/core";
import type { CommitId, Result, TreeId } from "@breakwater/core";
import { withoutWorkTree } from "../git/git-context.ts";
import type { ConfigEntry, GitContext } from "../git/git-context.ts";
import { git } from "../git/run-git.ts";
import type { GitOptions, GitOutput } from "../git/run-git.ts";
import { readCommit } from "../object/read-object.ts";
import { writeCommitObject } from "../object/write-object.ts";

/**
 * Config that what we write must not depend on. Objects and refs reach the disk before git returns, since
 * a fact that names them is stored next. Merges ignore renames: content lands on the path where the task
 * wrote it or not at all (`docs/adr/0005-how-results-reach-the-branch.md`).
 */
const WRITING: readonly ConfigEntry[] = [
  ["core.fsync", "loose-object,reference"],
  ["core.fsyncMethod", "batch"],
  ["core.safecrlf", "false"],
  ["i18n.commitEncoding", "UTF-8"],
  ["i18n.logOutputEncoding", "UTF-8"],
  ["merge.renames", "false"],
  ["merge.directoryRenames", "false"],
  ["merge.renormalize", "false"],
  ["diff.algorithm", "histogram"],
  ["diff.renames", "false"],
];

/** Neither replace refs nor grafts may show us another commit than the one that a fact names. */
const LITERAL_HISTORY = { GIT_NO_REPLACE_OBJECTS: "1", GIT_GRAFT_FILE: "/dev/null" };

/** What can be made again, bit by bit, from durable objects need not reach the disk before git returns. */
const REBUILDABLE: readonly ConfigEntry[] = [["core.fsync", "reference"]];

/** `rebuildable` is for objects that are derived from durable ones and equal whenever they are derived. */
export type EngineGitOptions = GitOptions & { readonly rebuildable?: boolean };

/** Runs git on objects and refs alone; no file of a work tree is read, no attribute of one applies. */
export function objectGit(
  context: GitContext,
  args: readonly string[],
  options: EngineGitOptions = {},
): Promise<Result<GitOutput>> {
  const bare = withoutWorkTree(context);
  return fileGit(
    context.indexFile === undefined ? bare : { ...bare, indexFile: context.indexFile },
    args,
    options,
  );
}

/** Runs git with the work tree and index of `context`, writing durably. */
export function fileGit(
  context: GitContext,
  args: readonly string[],
  options: EngineGitOptions = {},
): Promise<Result<GitOutput>> {
  const last = options.rebuildable === true ? REBUILDABLE : [];
  const pinned = { ...context, overrides: [...(context.overrides ?? []), ...WRITING, ...last] };
  return git(pinned, args, { ...options, env: { ...LITERAL_HISTORY, ...options.env } });
}

/** The first line of what git printed, without its end. */
export function firstLine(output: GitOutput): string {
  const text = output.stdout.toString("latin1");
  const end = text.indexOf("\n");
  return end === -1 ? text : text.slice(0, end);
}

/** The tree of a commit. */
export async function treeOf(context: GitContext, commit: CommitId): Promise<Result<TreeId>> {
  const read = await readCommit(context, commit);
  return read.ok ? ok(read.value.tree) : read;
}

/** A commit to be written: who, when (seconds since the epoch) and what it says. */
export type CommitDraft = {
  readonly tree: TreeId;
  readonly parent: CommitId;
  readonly message: string;
  readonly seconds: number;
  readonly rebuildable?: boolean;
};

/** The identity of all commits that only the engine's own refs hold. */
export const ENGINE_IDENTITY = { name: "Breakwater", email: "engine@breakwater.invalid" } as const;

/** Writes a commit of the engine, without a process of git. The same draft always gives the same commit. */
export function writeEngineCommit(context: GitContext, draft: CommitDraft): Promise<Result<CommitId>> {
  const { tree, parent, message, seconds } = draft;
  const who = `${ENGINE_IDENTITY.name} <${ENGINE_IDENTITY.email}> ${seconds} +0000`;
  const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\n${message}`;
  return writeCommitObject(context, text, { like: tree, durable: draft.rebuildable !== true });
}

/** Text of a plan as the subject of a commit: one line, no control characters, never empty. */
export function subjectLine(task: string, title: string): string {
  const plain = `${task}: ${title}`.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}
