import { join } from "node:path";
import { phaseOf, type Request, type RunState } from "@breakwater/core";
import { hasSessionRecord, type IssueTracker } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { driveSession } from "../../session/drive-session.ts";
import { openForWork } from "../../session/open-for-work.ts";
import { openWorkplace, type Workplace } from "../../session/open-workplace.ts";
import { whoAsks } from "../../session/person.ts";
import { findSession } from "../../session/session-store.ts";
import { reviewClose, showReview, strictAboutDocs } from "./review-close.ts";
import { fileWaitingIssues, issuesWait, projectTracker } from "./waiting-issue.ts";

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
  if (over && (!waits || input.flag("dry-run"))) return tellClosed(place.id, context);
  const held = over ? undefined : await lookBefore({ workplace, state, tracker, input, context });
  if (held !== undefined) return held;
  const live = await openForWork(workplace, context, {
    place,
    ...(tracker === undefined ? {} : { tracker }),
  });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  if (tracker !== undefined) await fileWaitingIssues(workplace, tracker, context);
  if (over) {
    await live.value.close();
    return tellClosed(place.id, context);
  }
  // A crash after the branch moved may have left the records unwritten: opening it once more writes them.
  const requests = closed ? [] : [closing(input, state)];
  return driveSession(live.value, place, { context, requests });
}

/** Shows what would be closed; an exit code where that is all, or where the close is held back. */
async function lookBefore(close: {
  readonly workplace: Workplace;
  readonly state: RunState;
  readonly tracker: IssueTracker | undefined;
  readonly input: CommandInput;
  readonly context: CommandContext;
}): Promise<ExitCode | undefined> {
  const { workplace, state, tracker, input, context } = close;
  const reviewed = await reviewClose(workplace, state, { hasTracker: tracker !== undefined });
  if (!reviewed.ok) return reportFailure({ failure: reviewed.failure }, context);
  if (input.flag("dry-run")) {
    showReview(reviewed.value, context, "all");
    return EXIT.done;
  }
  const documented = strictAboutDocs(workplace, reviewed.value);
  if (phaseOf(state).kind !== "closed" && !documented.ok && !input.flag("accept-docs-gap"))
    return reportFailure({ failure: documented.failure }, context);
  showReview(reviewed.value, context, "notes");
  return undefined;
}

function closing(input: CommandInput, state: RunState): Request {
  const single = input.flag("summary") || state.session?.schedule.session === "housekeeping";
  return { type: "close", by: whoAsks(), commits: single ? "summary" : "per-task" };
}

function tellClosed(session: string, context: CommandContext): ExitCode {
  context.stdout.write(`${session} is closed already\n`);
  return EXIT.done;
}
