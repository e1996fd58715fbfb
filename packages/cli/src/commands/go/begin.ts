import {
  type AgentRecord,
  counted,
  gateId,
  type Request,
  type RunSettings,
  type Schedule,
} from "@breakwater/core";
import { ensureExcludes, openSessionRefs } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";
import { forecastText } from "../../plan/forecast-text.ts";
import { sessionForecast } from "../../plan/session-forecast.ts";
import { driveSession } from "../../session/drive-session.ts";
import { recordLeftSessions } from "../../session/left-session.ts";
import { openForWork } from "../../session/open-for-work.ts";
import type { Workplace } from "../../session/open-workplace.ts";
import { placeOf } from "../../session/session-place.ts";
import { newSessionId } from "../../session/session-store.ts";
import { memorySlots } from "./machine-limit.ts";
import { promptAdditions } from "./prompt-additions.ts";
import { wallBanner } from "./wall-banner.ts";

/** How long a question waits when nobody attends and nothing else was said; seconds. */
const DECISION_SECONDS = 600;

/** What the person asked for and agreed to, and what was seen before. */
export type Beginning = {
  readonly input: CommandInput;
  readonly context: CommandContext;
  readonly by: string;
  readonly agents: readonly AgentRecord[];
};

/** Opens the session of an agreed plan and drives it to where it rests. */
export async function begin(
  workplace: Workplace,
  schedule: Schedule,
  { input, context, by, agents }: Beginning,
): Promise<ExitCode> {
  const { repository, config } = workplace;
  const excluded = await ensureExcludes(repository, config.platform.stateDir);
  if (!excluded.ok) return reportFailure({ failure: excluded.failure }, context);
  const place = placeOf(repository, newSessionId(repository, context.now()));
  const scripts = input.option("scripts");
  const live = await openForWork(workplace, context, {
    place,
    persistence: config.entries.persistence.value ?? true,
    force: input.flag("force"),
    copy: schedule.workspaceCopy,
    ...(schedule.workspaceSetup === undefined ? {} : { setup: schedule.workspaceSetup }),
    ...(scripts === undefined ? {} : { scripts }),
  });
  if (!live.ok) return reportFailure({ failure: live.failure }, context);
  const refs = await openSessionRefs({ context: repository.context, session: place.id }, repository.commit);
  if (!refs.ok) {
    await live.value.close();
    return reportFailure({ failure: refs.failure }, context);
  }
  if (config.entries.persistence.value ?? true) await recordLeftSessions(repository, place, context);
  const forecast = await sessionForecast(schedule, repository);
  const additions = await promptAdditions(workplace, schedule, context);
  const base = { commit: repository.commit, tree: repository.tree, branch: repository.branch };
  const requests: readonly Request[] = [
    {
      type: "start",
      session: place.id,
      schedule,
      base,
      settings: { ...settingsOf(input, context), additions, forecast },
      agents,
    },
    { type: "approve", hash: schedule.hash, by },
  ];
  context.stderr.write(
    `breakwater ${context.version}  session ${place.id}  plan ${schedule.hash.slice(0, 12)}\n`,
  );
  if (schedule.express === true && context.output !== "quiet")
    context.stderr.write(
      `Express path activated — ${counted(schedule.tasks.length, "task")}, one agent after the other, no checks between them\n`,
    );
  if (context.output !== "quiet") context.stderr.write(`forecast: ${forecastText(forecast)}\n`);
  context.stderr.write(`${await wallBanner(schedule)}\n`);
  return driveSession(live.value, place, { context, requests });
}

function settingsOf(input: CommandInput, context: CommandContext): RunSettings {
  return {
    unattended: input.flag("unattended") || !context.interactive,
    acceptRed: input.list("accept-red").map((gate) => gateId(gate)),
    memorySlots: memorySlots(),
    decisionTimeoutMs: (input.number("decision-timeout") ?? DECISION_SECONDS) * 1_000,
  };
}
