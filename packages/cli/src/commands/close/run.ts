import { join } from "node:path";
import { phaseOf } from "@breakwater/core";
import { hasSessionRecord } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { driveSession } from "../../session/drive-session.ts";
import { openForWork } from "../../session/open-for-work.ts";
import { openWorkplace } from "../../session/open-workplace.ts";
import { whoAsks } from "../../session/person.ts";
import { findSession } from "../../session/session-store.ts";
import { reviewClose, showReview, strictAboutDocs } from "./review-close.ts";

/** The only command that touches the checkout. Repeating it after a refusal or a crash is safe. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const session = await findSession(workplace.value.repository, input.argument("session"));
  if (!session.ok) return reportFailure({ failure: session.failure }, context);
  const { place, state } = session.value;
  const closed = phaseOf(state).kind === "closed";
  const metrics = join(workplace.value.repository.controlDir, "metrics");
  if (closed && (await hasSessionRecord(metrics, place.id))) {
    context.stdout.write(`${place.id} is closed already\n`);
    return EXIT.done;
  }
  const reviewed = await reviewClose(workplace.value, state);
  if (!reviewed.ok) return reportFailure({ failure: reviewed.failure }, context);
  if (input.flag("dry-run")) {
    showReview(reviewed.value, context, "all");
    return EXIT.done;
  }
  const documented = strictAboutDocs(workplace.value, reviewed.value);
  if (!closed && !documented.ok && !input.flag("accept-docs-gap"))
    return reportFailure({ failure: documented.failure }, context);
  showReview(reviewed.value, context, "notes");
  const live = await openForWork(workplace.value, context, { place });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  const single = input.flag("summary") || state.session?.schedule.session === "housekeeping";
  const commits = single ? "summary" : "per-task";
  // A crash after the branch moved may have left the records unwritten: opening it once more writes them.
  if (closed) return driveSession(live.value, place, { context, requests: [] });
  const requests = [{ type: "close", by: whoAsks(), commits } as const];
  return driveSession(live.value, place, { context, requests });
}
