import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "@breakwater/core";
import { publishFile } from "../journal/durable-file.ts";
import { createTurnQueue, type TurnQueue } from "../workspace/turn-queue.ts";
import { carryOutIssueOrder, issueOrderFrom, type FiledIssue, type IssueOrder } from "./issue-order.ts";
import type { IssueTracker } from "./tracker.ts";

/**
 * A tracker with the folder in which orders wait that it did not take. One process at a time uses it, and it
 * is asked one order after the other.
 */
export type IssueDesk = {
  readonly tracker: IssueTracker;
  readonly queue: string;
  readonly turns: TurnQueue;
};

/** Opens the desk of a tracker; `queue` is made when something has to wait. */
export function openIssueDesk(tracker: IssueTracker, queue: string): IssueDesk {
  return { tracker, queue, turns: createTurnQueue(1) };
}

/** What became of an order: an issue, a file in the queue and the reason why, or a refusal for good. */
export type IssueFiling =
  | { readonly kind: "filed"; readonly issue: FiledIssue }
  | { readonly kind: "queued"; readonly file: string; readonly failure: Failure }
  | { readonly kind: "refused"; readonly failure: Failure };

/**
 * Carries an order out, or keeps it for the next time where the tracker cannot be asked. An order waits once,
 * however often it is handed in; one that is refused for good does not wait. BW795 where it can neither be carried out nor kept.
 */
export function fileIssueOrder(desk: IssueDesk, order: IssueOrder): Promise<Result<IssueFiling>> {
  return desk.turns(() => fileOrQueue(desk, order));
}

async function fileOrQueue(desk: IssueDesk, order: IssueOrder): Promise<Result<IssueFiling>> {
  const file = join(desk.queue, `${digest(order.mark)}.json`);
  const done = await carryOutIssueOrder(desk.tracker, order);
  try {
    if (done.ok) {
      await rm(file, { force: true });
      return ok({ kind: "filed", issue: done.value });
    }
    if (isForGood(order, done.failure)) {
      await rm(file, { force: true });
      return ok({ kind: "refused", failure: done.failure });
    }
    await mkdir(desk.queue, { recursive: true });
    await publishFile(file, `${JSON.stringify(order)}\n`, "replace");
    return ok({ kind: "queued", file, failure: done.failure });
  } catch (cause) {
    return fail(notKept(file, cause));
  }
}

/** A project that is not found may be one that this sign-in may not see; an issue of it is not there. */
function isForGood(order: IssueOrder, { code, message }: Failure): boolean {
  return code === "BW799" && (order.kind === "note" || !/\b404\b/u.test(message));
}

/** What a pass over the queue came to: `left` are files that still wait, `refused` those given up, with why. */
export type FlushedQueue = {
  readonly filed: readonly FiledIssue[];
  readonly left: readonly { readonly file: string; readonly failure: Failure }[];
  readonly refused: readonly { readonly file: string; readonly failure: Failure }[];
};

/** Carries out what waits, at most 200 orders; what the tracker refuses waits on. Never rejects. */
export async function flushIssueQueue(desk: IssueDesk): Promise<FlushedQueue> {
  const filed: FiledIssue[] = [];
  const left: FlushedQueue["left"][number][] = [];
  const refused: FlushedQueue["left"][number][] = [];
  for (const file of (await waitingOrders(desk.queue)).slice(0, MOST_ORDERS)) {
    const order = issueOrderFrom(await jsonOf(file));
    const done = order === undefined ? fail(noOrder(file)) : await fileIssueOrder(desk, order);
    if (!done.ok) left.push({ file, failure: done.failure });
    else if (done.value.kind === "queued") left.push({ file, failure: done.value.failure });
    else if (done.value.kind === "refused") refused.push({ file, failure: done.value.failure });
    else filed.push(done.value.issue);
  }
  return { filed, left, refused };
}

const MOST_ORDERS = 200;

/** The files of orders that wait, by name; none where there is no queue. */
export async function waitingOrders(queue: string): Promise<readonly string[]> {
  const names = await readdir(queue).catch(() => []);
  return names
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => join(queue, name));
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return value;
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

function noOrder(file: string): Failure {
  return {
    code: "BW795",
    message: `${file} holds no order for a tracker`,
    why: "It was written by another version, or changed.",
    fix: "Look at the file, file its issue by hand if it is one, and remove it.",
  };
}

function notKept(file: string, cause: unknown): Failure {
  return {
    code: "BW795",
    message: `an issue could neither be filed nor kept in ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    why: "The disk refuses; the carryover list of the session still names the work.",
    fix: "Free the disk or its permissions, then repeat: breakwater close",
  };
}
