import { join } from "node:path";
import { automationResult, fail, ok, phaseOf, type Result, type RunState } from "@breakwater/core";
import { hasSessionRecord, type InboxRequest, type IssueTracker } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { jsonLine } from "../../output/json-line.ts";
import { askHolder } from "../../session/ask-holder.ts";
import { driveSession } from "../../session/drive-session.ts";
import { openForWork } from "../../session/open-for-work.ts";
import { openWorkplace, type Workplace } from "../../session/open-workplace.ts";
import { projectTracker } from "../../session/project-tracker.ts";
import { whoAsks } from "../../session/person.ts";
import { findSession, type StoredSession } from "../../session/session-store.ts";
import { reviewClose, showReview, strictAboutDocs, type ReviewedClose } from "./review-close.ts";
import { fileWaitingIssues, issuesWait } from "./waiting-issue.ts";

/** The only command that touches the checkout. Repeating it after a refusal or a crash is safe. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const opened = await openWorkplace(context);
  if (!opened.ok) return reportFailure({ failure: opened.failure }, context);
  const workplace = opened.value;
  const session = findSession(workplace.repository, input.argument("session"));
  if (!session.ok) return reportFailure({ failure: session.failure }, context);
  const { place, state } = session.value;
  const tracker = await projectTracker(workplace, context);
  const waits = tracker !== undefined && (await issuesWait(workplace));
  const closed = phaseOf(state).kind === "closed";
  const metrics = join(workplace.repository.controlDir, "metrics");
  const over = closed && (await hasSessionRecord(metrics, place.id));
  if (over && (!waits || input.flag("dry-run"))) return tellClosed(session.value, context);
  const looked = over ? ok(undefined) : await lookBefore({ workplace, state, tracker, input, context });
  if (!looked.ok) return looked.failure;
  // A crash after the branch moved may have left the records unwritten: opening it once more writes them.
  const requests = closed ? [] : [closing(input, { workplace, state, review: looked.value })];
  const told = input.flag("abandon")
    ? await tellHolder(workplace, session.value, { requests, context })
    : undefined;
  if (told !== undefined) return told;
  const live = await openForWork(workplace, context, { place });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  if (tracker !== undefined) await fileWaitingIssues(workplace, tracker, context);
  if (over) {
    await live.value.close();
    return tellClosed(session.value, context);
  }
  return driveSession(live.value, place, { context, requests });
}

/** A process that is alive abandons its session itself; undefined where there is none. */
async function tellHolder(
  { repository }: Workplace,
  { place }: StoredSession,
  { requests, context }: { readonly requests: readonly InboxRequest[]; readonly context: CommandContext },
): Promise<ExitCode | undefined> {
  const [request] = requests;
  if (request === undefined) return undefined;
  const asked = await askHolder(repository, place.id, request);
  if (!asked.ok) return reportFailure({ failure: asked.failure }, context);
  if (asked.value === undefined) return undefined;
  if (context.output === "json")
    context.stdout.write(jsonLine("request", { request: "abandon", session: place.id, reached: "running" }));
  else context.stdout.write(`${place.id} is abandoned; process ${asked.value} brings it to its end\n`);
  return EXIT.done;
}

type Look = {
  readonly workplace: Workplace;
  readonly state: RunState;
  readonly tracker: IssueTracker | undefined;
  readonly input: CommandInput;
  readonly context: CommandContext;
};

/** Shows what would be closed; an exit code where that is all, or where the close is held back. */
async function lookBefore(look: Look): Promise<Result<ReviewedClose | undefined, ExitCode>> {
  const { workplace, state, tracker, input, context } = look;
  if (input.flag("abandon") && !input.flag("dry-run")) return ok(undefined);
  const reviewed = await reviewClose(workplace, state, { hasTracker: tracker !== undefined });
  if (!reviewed.ok) return fail(reportFailure({ failure: reviewed.failure }, context));
  if (input.flag("dry-run")) {
    showReview(reviewed.value, context, "all");
    return fail(EXIT.done);
  }
  const documented = strictAboutDocs(workplace, reviewed.value);
  if (phaseOf(state).kind !== "closed" && !documented.ok && !input.flag("accept-docs-gap"))
    return fail(reportFailure({ failure: documented.failure }, context));
  showReview(reviewed.value, context, "notes");
  return reviewed;
}

function closing(
  input: CommandInput,
  {
    workplace,
    state,
    review,
  }: Pick<Look, "workplace" | "state"> & { readonly review: ReviewedClose | undefined },
): InboxRequest {
  const by = whoAsks();
  const { entries } = workplace.config;
  if (input.flag("abandon"))
    return { type: "abandon", by, reason: input.option("reason") ?? "no reason was given" };
  const single =
    input.flag("summary") ||
    entries["close-commits"].value === "summary" ||
    state.session?.schedule.session === "housekeeping";
  const docs = review?.docs?.map(({ task, result }) => ({ id: task, status: result }));
  return {
    type: "close",
    by,
    commits: single ? "summary" : "per-task",
    style: entries["commit-style"].value ?? "conventional",
    ...(docs === undefined ? {} : { docs }),
  };
}

function tellClosed({ place, state }: StoredSession, context: CommandContext): ExitCode {
  const { abandoned, advanced } = state.close;
  const how = advanced === undefined && abandoned !== undefined ? "abandoned" : "closed";
  if (context.output === "json")
    context.stdout.write(
      jsonLine("session.result", {
        session: place.id,
        phase: "closed",
        exit: EXIT.done,
        reason: `${how} already`,
        automation: automationResult(state),
      }),
    );
  else context.stdout.write(`${place.id} is ${how} already\n`);
  return EXIT.done;
}
