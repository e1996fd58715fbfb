import { createHash } from "node:crypto";
import { CARRYOVER_LABEL, ok, type IssueDraft, type Result } from "@breakwater/core";
import { z } from "zod";
import type { IssueTracker } from "./tracker.ts";
import {
  addComment,
  closeIssue,
  commentsOf,
  createIssue,
  openIssues,
  readTracked,
  type TrackedIssue,
} from "./tracker-issue.ts";

const orderShape = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("open"),
    title: z.string(),
    labels: z.array(z.string()),
    body: z.string(),
    mark: z.string().min(1),
    /** The mark that other programs put into an issue for the same description. */
    foreignMark: z.string().min(1),
  }),
  z.object({
    kind: z.literal("note"),
    issue: z.number().int().positive(),
    body: z.string(),
    close: z.boolean(),
    mark: z.string().min(1),
  }),
]);

/** Something to be done in a tracker, with the mark by which it is known that it was done. */
export type IssueOrder = z.infer<typeof orderShape>;

/** The issue that an order came to. `existing` says that it was there before. */
export type FiledIssue = { readonly number: number; readonly url: string; readonly existing: boolean };

/** Reads an order that was written as JSON; undefined for anything else. */
export function issueOrderFrom(value: unknown): IssueOrder | undefined {
  const read = orderShape.safeParse(value);
  return read.success ? read.data : undefined;
}

/** The order that opens an issue for a draft, unless an open one has its mark. */
export function openingOrder({ title, labels, body, identity, description }: IssueDraft): IssueOrder {
  const mark = `<!-- breakwater-task: ${digest(identity).slice(0, 16)} -->`;
  const foreignMark = `<!-- task-hash: ${digest(description).slice(0, 8)} -->`;
  return {
    kind: "open",
    title,
    labels: [...labels],
    body: `${body}\n\n${foreignMark}\n${mark}\n`,
    mark,
    foreignMark,
  };
}

/** The order that says something in an issue once for each `occasion`, and closes it where that is wanted. */
export function notingOrder(
  issue: number,
  note: { readonly body: string; readonly close: boolean; readonly occasion: string },
): IssueOrder {
  const mark = `<!-- breakwater-note: ${digest(note.occasion).slice(0, 16)} -->`;
  return { kind: "note", issue, body: `${note.body}\n\n${mark}\n`, close: note.close, mark };
}

/** Carries an order out, or finds that it was carried out; done twice it changes nothing. */
export function carryOutIssueOrder(tracker: IssueTracker, order: IssueOrder): Promise<Result<FiledIssue>> {
  switch (order.kind) {
    case "open":
      return open(tracker, order);
    case "note":
      return note(tracker, order);
  }
}

async function open(
  tracker: IssueTracker,
  order: Extract<IssueOrder, { kind: "open" }>,
): Promise<Result<FiledIssue>> {
  const listed = await openIssues(tracker, CARRYOVER_LABEL);
  if (!listed.ok) return listed;
  const known = listed.value.find(
    ({ body }) => body.includes(order.mark) || (body.includes(order.foreignMark) && !OWN_MARK.test(body)),
  );
  if (known !== undefined) return ok(filed(known, true));
  const created = await createIssue(tracker, order);
  return created.ok ? ok(filed(created.value, false)) : created;
}

const OWN_MARK = /<!-- breakwater-task: /u;

/** The comment comes last: where it is, all was done, and a person who opened the issue again is left alone. */
async function note(
  tracker: IssueTracker,
  order: Extract<IssueOrder, { kind: "note" }>,
): Promise<Result<FiledIssue>> {
  const issue = await readTracked(tracker, order.issue);
  if (!issue.ok) return issue;
  const said = await commentsOf(tracker, order.issue);
  if (!said.ok) return said;
  if (said.value.some((body) => body.includes(order.mark))) return ok(filed(issue.value, true));
  if (order.close && issue.value.open) {
    const closed = await closeIssue(tracker, order.issue);
    if (!closed.ok) return closed;
  }
  const added = await addComment(tracker, order.issue, order.body);
  return added.ok ? ok(filed(issue.value, true)) : added;
}

function filed({ number, url }: TrackedIssue, existing: boolean): FiledIssue {
  return { number, url, existing };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
