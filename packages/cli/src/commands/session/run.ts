import { plainLine, type EarlierState, type Failure } from "@breakwater/core";
import { cleanTree, recentCommits } from "@breakwater/node";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import type { ExitCode } from "../../exit-code.ts";
import { draftToFile } from "../../plan/draft-to-file.ts";
import { earlierSession, earlierText } from "../../session/earlier-session.ts";
import { openWorkplace, type Workplace } from "../../session/open-workplace.ts";
import { unfinishedSession } from "../../session/session-store.ts";

/** Looks at what is left over from before, then drafts the plan of a new session. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const workplace = await openWorkplace(context);
  if (!workplace.ok) return reportFailure({ failure: workplace.failure }, context);
  const open = unfinishedSession(workplace.value.repository);
  if (!open.ok) return reportFailure({ failure: open.failure }, context);
  if (open.value !== undefined) return reportFailure({ failure: leftOver(open.value.place.id) }, context);
  await tellCheckout(workplace.value, context);
  const earlier = await earlierToContinue(workplace.value, input, context);
  const goal = input.option("goal") ?? (await askGoal(context));
  if (goal === undefined || goal.trim() === "") return reportFailure({ failure: noGoal }, context);
  const more = earlier === undefined ? {} : { earlier };
  return draftToFile(goal, input.argument("type"), { input, context, ...more });
}

/** The branch, what is not committed and the newest commits: what a plan will start from. */
async function tellCheckout({ repository, config }: Workplace, context: CommandContext): Promise<void> {
  if (context.output === "quiet") return;
  const dirty = await cleanTree(repository, config.platform.stateDir);
  const wanted = config.entries["recent-commits"].value ?? MOST_COMMITS;
  const commits = await recentCommits(repository, Math.min(wanted, MOST_COMMITS));
  const paths = dirty.ok ? dirty.value.map(({ path }) => plainLine(path, 60)) : [];
  const more = paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : "";
  const state =
    paths.length === 0 ? "clean" : `not committed: ${paths.slice(0, MOST_PATHS).join(", ")}${more}`;
  context.stderr.write(`branch   ${plainLine(repository.branch)}, ${dirty.ok ? state : "unknown"}\n`);
  for (const line of commits.ok ? commits.value : [])
    context.stderr.write(`commit   ${plainLine(line, 72)}\n`);
}

const MOST_COMMITS = 5;
const MOST_PATHS = 3;

/** The record of an unfinished session of another program, where a person wants to go on with it. */
async function earlierToContinue(
  workplace: Workplace,
  input: CommandInput,
  context: CommandContext,
): Promise<string | undefined> {
  const state = earlierSession(workplace, context);
  if (state === undefined) return undefined;
  const wanted = input.flag("continue") || (context.interactive && (await askContinue(state)));
  context.stderr.write(
    wanted
      ? `${earlierText(state)}: the plan goes on with what is left\n`
      : `${earlierText(state)}: this begins afresh; --continue goes on with it\n`,
  );
  return wanted ? state.body : undefined;
}

async function askContinue(state: EarlierState): Promise<boolean> {
  const { confirm } = await import("@clack/prompts");
  return (await confirm({ message: `${earlierText(state)}. Go on with what is left?` })) === true;
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
