import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { attemptId, commitId, taskId } from "@breakwater/core";
import type { AttemptId, CommitId, Isolation } from "@breakwater/core";
import { z } from "zod";
import { publishFile } from "../journal/durable-file.ts";
import { namesIn } from "./worktree-registry.ts";

/**
 * What is written down once a workspace is complete, before anybody may start in it. A folder without a
 * mark never held an agent's work. `base` is the commit the files were made from.
 */
export type ReadyMark = {
  readonly attempt: AttemptId;
  readonly base: CommitId;
  readonly isolation: Isolation;
  readonly path: string;
  readonly gitDir: string;
  readonly carried: boolean;
  readonly conflicts: readonly string[];
  readonly dependencies: readonly string[];
  readonly withheld: readonly string[];
};

const schema = z.object({
  attempt: z.string(),
  base: z.string(),
  isolation: z.enum(["worktree", "none"]),
  path: z.string(),
  gitDir: z.string(),
  carried: z.boolean(),
  conflicts: z.array(z.string()),
  dependencies: z.array(z.string()),
  withheld: z.array(z.string()),
});

/** Writes the mark of an attempt durably, in place of an older one. */
export async function writeMark(marks: string, mark: ReadyMark): Promise<void> {
  await mkdir(marks, { recursive: true, mode: 0o700 });
  await publishFile(fileOf(marks, mark.attempt), JSON.stringify(mark), "replace");
}

/** The mark of an attempt; `unreadable` must be taken for "there is work". */
export async function readMark(
  marks: string,
  attempt: AttemptId,
): Promise<ReadyMark | "unreadable" | undefined> {
  const text = await readFile(fileOf(marks, attempt), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const read = schema.parse(JSON.parse(text));
    return { ...read, attempt, base: commitId(read.base) };
  } catch {
    return "unreadable";
  }
}

/** The attempts that have a mark. */
export async function markedAttempts(marks: string): Promise<readonly AttemptId[]> {
  const names = (await namesIn(marks)).filter((name) => /\.\d+\.json$/.test(name));
  return names.map((name) => parseAttempt(name.slice(0, -".json".length)));
}

/** Takes the mark of an attempt away. */
export async function removeMark(marks: string, attempt: AttemptId): Promise<void> {
  await rm(fileOf(marks, attempt), { force: true });
}

/** The name of an attempt's folder; attempts are named by plans, so anything but a plain name is our bug. */
export function folderName(attempt: AttemptId): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*\.\d+$/.test(attempt)) return attempt;
  throw new Error(`Naming the workspace of attempt ${JSON.stringify(attempt)}: not a plain name`);
}

function fileOf(marks: string, attempt: AttemptId): string {
  return join(marks, `${folderName(attempt)}.json`);
}

function parseAttempt(name: string): AttemptId {
  const dot = name.lastIndexOf(".");
  return attemptId(taskId(name.slice(0, dot)), Number(name.slice(dot + 1)));
}
