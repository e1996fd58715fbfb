import { plainLine, type Failure } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";
import { draftToFile } from "../../plan/draft-to-file.ts";
import { openWorkplace } from "../../session/open-workplace.ts";
import { unfinishedSession } from "../../session/session-store.ts";

/** Looks at what is left over from before, then drafts the plan of a new session. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const open = unfinishedSession(workplace.value.repository);
  if (!open.ok) return reportFailure({ failure: open.failure }, context);
  if (open.value !== undefined) return reportFailure({ failure: leftOver(open.value.place.id) }, context);
  const goal = input.option("goal") ?? (await askGoal(context));
  if (goal === undefined || goal.trim() === "") return reportFailure({ failure: noGoal }, context);
  return draftToFile(goal, input.argument("type"), { input, context });
}

function leftOver(session: string): Failure {
  return {
    code: "BW773",
    message: `session ${plainLine(session)} has not come to its end`,
    why: "A checkout has one session at a time, so that nothing of the first is lost.",
    fix: "Go on with breakwater resume, or end it for good: breakwater close --abandon",
  };
}

async function askGoal({ interactive }: CommandContext): Promise<string | undefined> {
  if (!interactive) return undefined;
  const { text } = await import("@clack/prompts");
  const answer = await text({ message: "What shall be true afterwards?" });
  return typeof answer === "string" ? answer : undefined;
}

const noGoal: Failure = {
  code: "BW017",
  message: "a session needs a goal, and there is nobody to ask",
  fix: 'say it: breakwater session feature --goal "…"',
};
