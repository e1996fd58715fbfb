import { plainLine, type Failure } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { askHolder } from "../../session/ask-holder.ts";
import { driveSession } from "../../session/drive-session.ts";
import { openForWork } from "../../session/open-for-work.ts";
import { openWorkplace, type Workplace } from "../../session/open-workplace.ts";
import { whoAsks } from "../../session/person.ts";
import { findSession, isUnfinished, type StoredSession } from "../../session/session-store.ts";

/** Wakes a running session, or takes over one whose coordinator is gone: live attempts are adopted. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const session = findSession(workplace.value.repository, input.argument("session"));
  if (!session.ok) return reportFailure({ failure: session.failure }, context);
  const over = endOf(session.value);
  if (over !== undefined) return reportFailure({ failure: over }, context);
  const woken = await wake(workplace.value, session.value, context);
  return woken ?? (await takeOver(workplace.value, session.value, { input, context }));
}

/** Why there is nothing to go on with; undefined while there is. */
function endOf({ place, state }: StoredSession): Failure | undefined {
  if (isUnfinished(state)) return undefined;
  const { abandoned } = state.close;
  if (abandoned !== undefined)
    return {
      code: "BW798",
      message: `session ${place.id} was abandoned by ${plainLine(abandoned.by, 100)}: ${plainLine(abandoned.reason, 300)}`,
      why: "Who abandons a session wants nothing of it landed; it is not taken up again by itself.",
      fix: `Its results are kept below refs/breakwater/${place.id}/tasks; plan what is still wanted anew: breakwater plan new`,
    };
  return {
    code: "BW772",
    message: `session ${place.id} has come to its end`,
    fix: "Close it with breakwater close, or give a task one more attempt: breakwater retry TASK",
  };
}

/** Asks the process that holds the session, if one is alive. */
async function wake(
  { repository }: Workplace,
  session: StoredSession,
  context: CommandContext,
): Promise<ExitCode | undefined> {
  const asked = await askHolder(repository, session.place.id, { type: "resume", by: whoAsks() });
  if (!asked.ok) return reportFailure({ failure: asked.failure }, context);
  if (asked.value === undefined) return undefined;
  context.stdout.write(`${session.place.id} goes on in process ${asked.value}; see it: breakwater watch\n`);
  return EXIT.done;
}

async function takeOver(
  workplace: Workplace,
  { place, state }: StoredSession,
  { input, context }: { readonly input: CommandInput; readonly context: CommandContext },
): Promise<ExitCode> {
  const schedule = state.session?.schedule;
  const scripts = input.option("scripts");
  const live = await openForWork(workplace, context, {
    place,
    force: input.flag("force"),
    ...(scripts === undefined ? {} : { scripts }),
    ...(schedule?.workspaceSetup === undefined ? {} : { setup: schedule.workspaceSetup }),
    ...(schedule === undefined ? {} : { copy: schedule.workspaceCopy }),
  });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  const { paused, parked } = state.control;
  const resting = paused !== undefined || parked !== undefined;
  const requests = resting ? [{ type: "resume", by: whoAsks() } as const] : [];
  return driveSession(live.value, place, { context, requests });
}
