import { commitId, fail, ok, treeId } from "@breakwater/core";
import type { CommitId, CommitStyle, Failure, Result, SessionId, TaskId, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { notSigned, signingEnvironment } from "./committer.ts";
import type { Committer } from "./committer.ts";
import { firstLine, objectGit, subjectLine } from "./engine-git.ts";
import { sessionRefs } from "./ref-name.ts";
import { forceRef, readRef } from "./refs.ts";

/** One merged task: its last commit on the integration, and its type by Conventional Commits (`chore`). */
export type LineEntry = {
  readonly task: TaskId;
  readonly title: string;
  readonly commit: CommitId;
  readonly type?: string;
};

/**
 * What shall become commits of the person: the integration from `base` to `head`, whose tree `tree` passed
 * the last gate. `line` names the tasks in the order of their commits and ends at `head`. `title` is the
 * subject of a summary. `now` is in milliseconds since the epoch (default: the clock).
 */
export type CloseRequest = {
  readonly context: GitContext;
  readonly session: SessionId;
  readonly base: CommitId;
  readonly head: CommitId;
  readonly tree: TreeId;
  readonly line: readonly LineEntry[];
  readonly mode: "per-task" | "summary";
  readonly title: string;
  /** `task` where it is absent. */
  readonly style?: CommitStyle;
  readonly committer: Committer;
  readonly now?: number;
};

/** Commits on `base`, oldest first; `head` is the last of them, or the base where nothing changed. */
export type CloseCommits = { readonly head: CommitId; readonly commits: readonly CommitId[] };

/**
 * Writes the session as linear commits on `base` by the person and with their signature, one per task that
 * changed something or one for all. No hook runs and no branch moves. The tree of the last commit is the
 * gated tree, or it fails with BW724. Repeated with the same request it gives the same commits again.
 */
export async function closeCommits(request: CloseRequest): Promise<Result<CloseCommits>> {
  const drafts = await draftCommits(request);
  if (!drafts.ok) return drafts;
  const { context, base, session } = request;
  const ref = sessionRefs(session).close;
  const prepared = await readPrepared(request, drafts.value);
  if (!prepared.ok || prepared.value !== undefined)
    return prepared.ok ? ok(prepared.value ?? none(base)) : prepared;
  const commits: CommitId[] = [];
  for (const draft of drafts.value) {
    const written = await writePersonal(request, draft, commits.at(-1) ?? base);
    if (!written.ok) return written;
    commits.push(written.value);
  }
  const head = commits.at(-1) ?? base;
  const kept = await forceRef(context, ref, head);
  return kept.ok ? ok({ head, commits }) : kept;
}

function none(base: CommitId): CloseCommits {
  return { head: base, commits: [] };
}

type Draft = { readonly tree: TreeId; readonly message: string; readonly seconds: number };
type Merged = { readonly commit: string; readonly tree: string; readonly seconds: number };

async function draftCommits(request: CloseRequest): Promise<Result<readonly Draft[]>> {
  const { context, base, head, line, tree } = request;
  const trees = await objectGit(context, ["log", "-1", "--format=%T", base]);
  if (!trees.ok) return trees;
  const chain = await readChain(context, base, head);
  if (!chain.ok) return chain;
  const places = line.map((entry) => chain.value.findIndex((merged) => merged.commit === entry.commit));
  const ordered = places.every((place, at) => place > (places[at - 1] ?? -1));
  const last = chain.value.at(-1);
  if (!ordered || (line.at(-1)?.commit ?? base) !== head) return fail(brokenLine(request));
  if ((last?.tree ?? firstLine(trees.value)) !== tree) return fail(otherTree(request));
  const all =
    request.mode === "summary" ? summaryDraft(request, last) : taskDrafts(request, places, chain.value);
  let before = firstLine(trees.value);
  return ok(
    all.filter((draft) => {
      const changes = draft.tree !== before;
      before = draft.tree;
      return changes;
    }),
  );
}

function taskDrafts(
  { line, style }: CloseRequest,
  places: readonly number[],
  chain: readonly Merged[],
): Draft[] {
  return line.flatMap((entry, at) => {
    const merged = chain[places[at] ?? -1];
    if (merged === undefined) return [];
    return [{ tree: treeId(merged.tree), message: taskMessage(entry, style), seconds: merged.seconds }];
  });
}

function summaryDraft(request: CloseRequest, last: Merged | undefined): Draft[] {
  if (last === undefined) return [];
  const tasks = request.line.map(({ task, title }) => `- ${subjectLine(task, title)}\n`).join("");
  const title = oneLine(request.title) || "Session";
  const subject =
    request.style === "conventional" ? conventionalSubject(summaryType(request.line), title) : title;
  return [{ tree: treeId(last.tree), message: `${subject}\n\n${tasks}`, seconds: last.seconds }];
}

function taskMessage({ task, title, type = "chore" }: LineEntry, style: CommitStyle | undefined): string {
  if (style !== "conventional") return `${subjectLine(task, title)}\n`;
  return `${conventionalSubject(type, oneLine(title))}\n\nBreakwater-Task: ${oneLine(task)}\n`;
}

/** A title that has a type already keeps it. */
function conventionalSubject(type: string, title: string): string {
  const own = /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^()]*\))?!?: \S/u.test(
    title,
  );
  const subject = own ? title : `${type}: ${title}`;
  return subject.length > 200 ? `${subject.slice(0, 199)}…` : subject;
}

/** What weighs most for a reader of the history. */
function summaryType(line: readonly LineEntry[]): string {
  const types = line.map(({ type = "chore" }) => type);
  return ["feat", "fix"].find((each) => types.includes(each)) ?? types[0] ?? "chore";
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** The commits from `base` to `head`, oldest first; empty unless each is the only parent of the next. */
async function readChain(
  context: GitContext,
  base: CommitId,
  head: CommitId,
): Promise<Result<readonly Merged[]>> {
  const args = ["log", "--reverse", "--topo-order", "--format=%H %T %ct %P", `${base}..${head}`];
  const listed = await objectGit(context, args);
  if (!listed.ok) return listed;
  const rows = listed.value.stdout.toString("latin1").split("\n").filter(Boolean);
  const chain = rows.map((row) => row.split(" "));
  const linear = chain.every((row, at) => row.length === 4 && row[3] === (chain[at - 1]?.[0] ?? base));
  if (!linear) return ok([]);
  return ok(
    chain.map(([commit = "", tree = "", seconds = ""]) => ({ commit, tree, seconds: Number(seconds) })),
  );
}

/** The commits of an earlier call, where they still say exactly what would be written now. */
async function readPrepared(
  request: CloseRequest,
  drafts: readonly Draft[],
): Promise<Result<CloseCommits | undefined>> {
  const { context, base, committer } = request;
  const close = await readRef(context, sessionRefs(request.session).close);
  if (!close.ok || close.value === undefined) return close.ok ? ok(undefined) : close;
  const range = close.value === base ? ["-0", base] : [`${base}..${close.value}`];
  const format = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%B%x00";
  const listed = await objectGit(context, ["log", "--reverse", "--topo-order", format, ...range]);
  if (!listed.ok) return listed;
  const fields = listed.value.stdout.toString("utf8").split("\0").slice(0, -1);
  const commits: CommitId[] = [];
  for (const [at, draft] of drafts.entries()) {
    const [commit = "", ...said] = fields.slice(at * 6, at * 6 + 6).map((field) => field.replace(/^\n/, ""));
    const { name, email } = committer.identity;
    const wanted = [draft.tree, commits.at(-1) ?? base, name, email, draft.message.trimEnd()];
    if (!wanted.every((value, index) => said[index]?.trimEnd() === value)) return ok(undefined);
    commits.push(commitId(commit));
  }
  if (fields.length !== drafts.length * 6) return ok(undefined);
  return ok({ head: commits.at(-1) ?? base, commits });
}

async function writePersonal(
  request: CloseRequest,
  draft: Draft,
  parent: CommitId,
): Promise<Result<CommitId>> {
  const { context, committer } = request;
  const { name, email } = committer.identity;
  const env = {
    ...(committer.sign ? signingEnvironment() : {}),
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: `@${draft.seconds} +0000`,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: `@${Math.floor((request.now ?? Date.now()) / 1000)} +0000`,
  };
  const sign = committer.sign ? ["-S"] : [];
  const args = ["commit-tree", ...sign, draft.tree, "-p", parent, "-F", "-"];
  const written = await objectGit(context, args, { stdin: draft.message, env });
  if (written.ok) return ok(commitId(firstLine(written.value)));
  return fail(committer.sign ? notSigned(written.failure) : written.failure);
}

function brokenLine(request: CloseRequest): Failure {
  return {
    code: "BW724",
    message: `the merged tasks do not lie in one line from ${request.base.slice(0, 12)} to ${request.head.slice(0, 12)}`,
    why: "Only what the session merged, in the order in which it merged it, may become commits on your branch.",
    fix: "Run breakwater close again; if it says the same, the integration ref was moved by another program.",
  };
}

function otherTree(request: CloseRequest): Failure {
  return {
    code: "BW724",
    message: `the integration ${request.head.slice(0, 12)} does not hold the tree ${request.tree.slice(0, 12)} that passed the gate`,
    why: "What was not tested as a whole is not put on your branch.",
    fix: "Run breakwater close again: the full gate then runs on what is there.",
  };
}
