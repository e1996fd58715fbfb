import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import { z } from "zod";
import { callTracker } from "./tracker-call.ts";
import type { IssueTracker } from "./tracker.ts";

/** An issue as a tracker tells it. Its words are of whoever wrote it last. */
export type TrackedIssue = {
  readonly number: number;
  readonly url: string;
  readonly body: string;
  readonly open: boolean;
};

const PAGE = 100;
/** Beyond this many pages nobody can say that a mark is not there. */
const MOST_PAGES = 50;

/** All open issues with a label, page by page; fails rather than leave one out. */
export function openIssues(tracker: IssueTracker, label: string): Promise<Result<readonly TrackedIssue[]>> {
  const state = tracker.kind === "github" ? "open" : "opened";
  return pages(tracker, `issues?state=${state}&labels=${encodeURIComponent(label)}`, issueShape);
}

/** The texts of all comments on an issue. */
export async function commentsOf(tracker: IssueTracker, issue: number): Promise<Result<readonly string[]>> {
  const list = tracker.kind === "github" ? "comments" : "notes";
  const read = await pages(tracker, `issues/${issue}/${list}?`, commentShape);
  return read.ok ? ok(read.value.map(({ body }) => body)) : read;
}

export async function readTracked(tracker: IssueTracker, issue: number): Promise<Result<TrackedIssue>> {
  const answer = await callTracker(tracker, { method: "GET", path: `issues/${issue}` });
  return answer.ok ? parsed(issueShape, answer.value) : answer;
}

/** Opens an issue and gives it back as the tracker has it. */
export async function createIssue(
  tracker: IssueTracker,
  {
    title,
    body,
    labels,
  }: { readonly title: string; readonly body: string; readonly labels: readonly string[] },
): Promise<Result<TrackedIssue>> {
  const fields =
    tracker.kind === "github"
      ? { title, body, labels }
      : { title, description: body, labels: labels.join(",") };
  const answer = await callTracker(tracker, { method: "POST", path: "issues", body: fields });
  return answer.ok ? parsed(issueShape, answer.value) : answer;
}

export async function closeIssue(tracker: IssueTracker, issue: number): Promise<Result<void>> {
  const path = `issues/${issue}`;
  const answer = await callTracker(
    tracker,
    tracker.kind === "github"
      ? { method: "PATCH", path, body: { state: "closed", state_reason: "completed" } }
      : { method: "PUT", path, body: { state_event: "close" } },
  );
  return answer.ok ? ok(undefined) : answer;
}

export async function addComment(tracker: IssueTracker, issue: number, body: string): Promise<Result<void>> {
  const list = tracker.kind === "github" ? "comments" : "notes";
  const answer = await callTracker(tracker, {
    method: "POST",
    path: `issues/${issue}/${list}`,
    body: { body },
  });
  return answer.ok ? ok(undefined) : answer;
}

async function pages<Item>(
  tracker: IssueTracker,
  path: string,
  shape: z.ZodType<Item>,
): Promise<Result<readonly Item[]>> {
  const found: Item[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const paged = `${path}${path.endsWith("?") ? "" : "&"}per_page=${PAGE}&page=${page}`;
    const answer = await callTracker(tracker, { method: "GET", path: paged });
    if (!answer.ok) return answer;
    const items = parsed(z.array(shape), answer.value);
    if (!items.ok) return items;
    found.push(...items.value);
    if (items.value.length < PAGE) return ok(found);
  }
  return fail(odd(`there are more than ${MOST_PAGES * PAGE} of them`));
}

const text = z.string().nullish();

const issueShape = z
  .object({
    number: z.number().int().positive().optional(),
    iid: z.number().int().positive().optional(),
    html_url: text,
    web_url: text,
    body: text,
    description: text,
    state: text,
  })
  .refine(({ number, iid }) => (number ?? iid) !== undefined)
  .transform(({ number, iid, html_url, web_url, body, description, state }): TrackedIssue => ({
    number: number ?? iid ?? 0,
    url: html_url ?? web_url ?? "",
    body: body ?? description ?? "",
    open: state !== "closed",
  }));

const commentShape = z.object({ body: text }).transform(({ body }) => ({ body: body ?? "" }));

function parsed<Value>(shape: z.ZodType<Value>, value: unknown): Result<Value> {
  const read = shape.safeParse(value);
  return read.success ? ok(read.data) : fail(odd("its answer is not what such a call gives"));
}

function odd(reason: string): Failure {
  return {
    code: "BW795",
    message: `the tracker could not be asked about issues: ${reason}`,
    why: "An issue is filed only where it is known that it is not there yet.",
    fix: "See the issues in the tracker itself; what waits is filed by the next: breakwater close",
  };
}
