import {
  carryoverIssue,
  closeReview,
  dispositionOf,
  endedIssues,
  fail,
  matchGlob,
  ok,
  parseGlob,
  plainLine,
  reviewText,
  verifyDocs,
  type CloseReview,
  type DocsVerdict,
  type Failure,
  type Result,
  type ReviewRow,
  type RunState,
} from "@breakwater/core";
import { endResidentGit, readChangedTexts } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import { jsonLine } from "../../output/json-line.ts";
import type { Workplace } from "../../session/open-workplace.ts";

/** What is known before a branch moves; `docs` is absent where documentation is not verified. */
export type ReviewedClose = CloseReview & {
  readonly docs?: readonly DocsVerdict[];
  /** What carried work becomes in the tracker; absent where the project has none. */
  readonly issues?: readonly PlannedIssue[];
};

/** An issue that close would open, one that it would tell of a task that did not finish, or one that ends. */
export type PlannedIssue =
  | { readonly task: string; readonly title: string; readonly labels: readonly string[] }
  | { readonly task: string; readonly issue: number }
  | { readonly issue: number; readonly done: boolean };

/** Reads what a session changed and judges it; nothing is written. */
export async function reviewClose(
  { repository, config }: Workplace,
  state: RunState,
  { hasTracker }: { readonly hasTracker: boolean },
): Promise<Result<ReviewedClose>> {
  const { session } = state;
  if (session === undefined) return ok(closeReview(state, []));
  const issues = hasTracker ? { issues: plannedIssues(state) } : {};
  const { enabled, mode } = config.entries["docs-orchestrator"].value ?? {};
  const tasks = enabled === true && mode !== "off" ? session.schedule.docsTasks : undefined;
  const globs = (tasks ?? []).flatMap(({ targetPattern }) => {
    const glob = parseGlob(targetPattern);
    return glob.ok ? [glob.value] : [];
  });
  const range = { from: session.base.commit, to: state.integration.head };
  const changed = await readChangedTexts(repository.context, range, (path) =>
    globs.some((glob) => matchGlob(glob, path)),
  );
  await endResidentGit();
  if (!changed.ok) return changed;
  const paths = changed.value.map(({ path }) => path);
  const review = { ...closeReview(state, paths), ...issues };
  return ok(tasks === undefined ? review : { ...review, docs: verifyDocs(tasks, changed.value) });
}

function plannedIssues(state: RunState): readonly PlannedIssue[] {
  const carried = [...state.tasks.values()].flatMap((each): readonly PlannedIssue[] => {
    if (dispositionOf(state, each)?.kind !== "carried") return [];
    const { id, issue } = each.task;
    if (issue !== undefined) return [{ task: id, issue }];
    const { title, labels } = carryoverIssue(state, each);
    return [{ task: id, title, labels }];
  });
  const told = new Set(carried.flatMap((each) => ("issue" in each ? [each.issue] : [])));
  return [...carried, ...endedIssues(state).filter(({ issue }) => !told.has(issue))];
}

/** BW738 where documentation is missing in a project that is strict about it. */
export function strictAboutDocs({ config }: Workplace, { docs = [] }: ReviewedClose): Result<void> {
  const missing = docs.filter(({ result }) => result === "gap" || result === "error");
  if (config.entries["docs-orchestrator"].value?.mode !== "strict" || missing.length === 0)
    return ok(undefined);
  return fail(docsMissing(missing));
}

/** Shows a review: the whole of it, or with `notes` only what wants an eye before the branch moves. */
export function showReview(review: ReviewedClose, context: CommandContext, how: "all" | "notes"): void {
  const { items, emergent, grounding, docs, issues, review: last } = review;
  if (context.output === "json") {
    if (how === "all")
      context.stdout.write(
        jsonLine("close.review", { items, emergent, grounding, docs, issues, review: last }),
      );
    return;
  }
  const itemLines = items.map(
    ({ task, title, disposition, evidence }) =>
      `${task}  ${disposition.padEnd(7)}  ${plainLine(title, 60)}  (${plainLine(evidence, 120)})`,
  );
  const docsLines = (docs ?? []).map(
    ({ task, target, result, why }) =>
      `docs ${plainLine(task, 40)}  ${result}  ${plainLine(target, 80)}: ${plainLine(why, 120)}`,
  );
  const reviewLines = [`review  ${last === undefined ? NO_REVIEW : reviewText(last)}`, ...openFindings(last)];
  const lines =
    how === "notes"
      ? [
          ...(last === undefined ? [] : reviewLines),
          ...docsLines.filter((_, at) => docs?.[at]?.result !== "ok"),
        ]
      : [
          ...itemLines,
          ...emergent.map(
            ({ task, title, reason }) =>
              `came up  ${task}  ${plainLine(title, 60)}  (${plainLine(reason, 120)})`,
          ),
          `files  ${grounding.touched.length} touched, ${some(grounding.unplanned)} not planned, ${some(grounding.untouched)} planned and not touched`,
          ...reviewLines,
          ...(docs === undefined ? [] : docs.length === 0 ? ["docs  no documentation tasks"] : docsLines),
          ...(issues ?? []).map(issueLine),
        ];
  const sink = how === "all" ? context.stdout : context.stderr;
  for (const line of lines) sink.write(`${line}\n`);
}

function issueLine(planned: PlannedIssue): string {
  if ("title" in planned) return `issue  ${plainLine(planned.title, 120)}  (${planned.labels.join(", ")})`;
  if ("task" in planned) return `issue  ${planned.task} is told in #${planned.issue}`;
  return `issue  #${planned.issue} ${planned.done ? "is closed" : "is told that not all is done"}`;
}

const NO_REVIEW = "unknown (no reviewer was configured: agents.reviewer)";

/** What the last review is sure of and nobody repaired. */
function openFindings(last: ReviewRow | undefined): readonly string[] {
  return (last?.findings ?? [])
    .filter(({ standing }) => standing === "not acted on" || standing === "not repaired")
    .map(
      ({ claim, place, standing }) =>
        `review  ${standing}: ${plainLine(claim, 160)}${place === "" ? "" : ` (${plainLine(place, 120)})`}`,
    );
}

function some(paths: readonly string[]): string {
  if (paths.length === 0) return "0";
  const named = paths
    .slice(0, 5)
    .map((path) => plainLine(path, 80))
    .join(", ");
  return `${paths.length} (${named}${paths.length > 5 ? ", …" : ""})`;
}

function docsMissing(missing: readonly DocsVerdict[]): Failure {
  const named = missing.map(
    ({ task, target, why }) => `${plainLine(task, 40)} (${plainLine(target, 80)}): ${plainLine(why, 120)}`,
  );
  return {
    code: "BW738",
    message: `the session owes documentation: ${named.join("; ")}`,
    why: "docs-orchestrator has mode strict: agreed documentation is part of the work.",
    fix: "Write it in a further session, or close without it: breakwater close --accept-docs-gap",
  };
}
