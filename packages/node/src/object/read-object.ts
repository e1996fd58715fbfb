import { commitId, fail, ok, treeId } from "@breakwater/core";
import type { CommitId, Failure, Result, TreeId } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { parseTree } from "./tree-entry.ts";
import type { TreeEntry } from "./tree-entry.ts";
import { askObject } from "./object-server.ts";

/** What a commit says. `seconds` is the committer's time since the epoch; `message` is everything behind the head. */
export type CommitFacts = {
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
  readonly seconds: number;
  readonly message: string;
};

/** Reads a commit; BW712 where there is none of that id. */
export async function readCommit(context: GitContext, id: CommitId): Promise<Result<CommitFacts>> {
  const asked = await contents(context, id, "commit");
  if (!asked.ok) return asked;
  const text = asked.value.toString("utf8");
  const end = text.indexOf("\n\n");
  const head = (end === -1 ? text : text.slice(0, end)).split("\n");
  const value = (key: string): string[] =>
    head.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const seconds = Number(/ (\d+) [+-]\d{4}$/.exec(value("committer")[0] ?? "")?.[1] ?? 0);
  const message = end === -1 ? "" : text.slice(end + 2);
  return ok({
    tree: treeId(value("tree")[0] ?? ""),
    parents: value("parent").map(commitId),
    seconds,
    message,
  });
}

/** The tree that a commit or a tree stands for. */
export async function rootTreeOf(context: GitContext, id: string): Promise<Result<TreeId>> {
  const asked = await askObject(context, { ask: "info", id });
  if (!asked.ok) return asked;
  if (asked.value?.kind === "tree") return ok(treeId(id));
  const commit = await readCommit(context, commitId(id));
  return commit.ok ? ok(commit.value.tree) : commit;
}

/** Trees that were read once; equal ids mean equal trees, in every repository. */
const known = new Map<string, readonly TreeEntry[]>();
const KNOWN_TREES = 4_000;

/** Reads one tree, not what is below it; BW712 where there is none of that id. */
export async function readTree(context: GitContext, id: string): Promise<Result<readonly TreeEntry[]>> {
  const before = known.get(id);
  if (before !== undefined) return ok(before);
  const asked = await contents(context, id, "tree");
  if (!asked.ok) return asked;
  const entries = parseTree(asked.value, id.length / 2);
  if (entries === undefined) return fail(damaged(id, "is no tree that can be read"));
  if (known.size >= KNOWN_TREES) known.clear();
  known.set(id, entries);
  return ok(entries);
}

/** Reads a blob into memory; meant for small ones. BW712 where there is none of that id. */
export function readBlob(context: GitContext, id: string): Promise<Result<Buffer>> {
  return contents(context, id, "blob");
}

/** How many bytes an object has; undefined where it is not there. */
export async function sizeOf(context: GitContext, id: string): Promise<Result<number | undefined>> {
  const asked = await askObject(context, { ask: "info", id });
  return asked.ok ? ok(asked.value?.size) : asked;
}

async function contents(context: GitContext, id: string, kind: string): Promise<Result<Buffer>> {
  if (!/^[0-9a-f]{40,64}$/.test(id)) return fail(damaged(id, "is no id of an object"));
  const asked = await askObject(context, { ask: "contents", id });
  if (!asked.ok) return asked;
  if (asked.value === undefined) return fail(damaged(id, "is not in the repository"));
  return asked.value.kind === kind ? ok(asked.value.body) : fail(damaged(id, `is a ${asked.value.kind}`));
}

function damaged(id: string, what: string): Failure {
  return {
    code: "BW712",
    message: `the object ${JSON.stringify(id.slice(0, 64))} ${what}`,
    fix: "Run git fsck; the repository may be damaged, or another program deletes objects.",
  };
}
