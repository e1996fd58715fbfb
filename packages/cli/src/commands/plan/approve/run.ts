import { plainLine } from "@breakwater/core";
import type { Failure } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { recordApproval } from "../../../plan/approval.ts";
import { loadPlan } from "../../../plan/load-plan.ts";
import { refusePlan } from "../../../plan/refuse-plan.ts";
import { whoAsks } from "../../../session/person.ts";

/** Records that the person at the keyboard agrees to the content of a plan. An agent cannot do that. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  if (context.insideAgent) {
    reportFailure({ failure: notForAgents }, context);
    return EXIT.decision;
  }
  const loaded = await loadPlan(context, input.argument("file") ?? "", {
    unattended: input.flag("unattended"),
  });
  const { schedule, file } = loaded;
  if (schedule === undefined) return refusePlan(loaded, context);
  const { hash, title } = schedule;
  const wanted = input.option("hash");
  if (wanted !== undefined && !isBeginningOf(wanted, hash))
    return reportFailure({ failure: anotherPlan(wanted, hash, file) }, context);
  const approval = { hash, title, file, by: whoAsks(), at: context.now().toISOString() };
  const recorded = recordApproval(loaded.repository?.root ?? context.cwd, approval);
  if (!recorded.ok) return reportFailure({ failure: recorded.failure }, context);
  if (context.output === "json") context.stdout.write(jsonLine("plan.approved", { approval }));
  else if (context.output !== "quiet") {
    context.stdout.write(
      `approved ${hash.slice(0, 12)}  ${plainLine(title)}\nnext  breakwater go ${plainLine(file)}\n`,
    );
  }
  return EXIT.done;
}

const fewestLetters = 6;

function isBeginningOf(wanted: string, hash: string): boolean {
  return wanted.length >= fewestLetters && hash.startsWith(wanted.toLowerCase());
}

const notForAgents: Failure = {
  code: "BW017",
  message: "a coding agent runs this command, and a plan is approved by a person",
  why: "whoever wrote the plan cannot be the one who agrees to it",
  fix: "run it in a terminal of your own",
};

function anotherPlan(wanted: string, hash: string, file: string): Failure {
  return {
    code: "BW834",
    message: `the hash of ${plainLine(file)} is ${hash.slice(0, 12)}…, not ${plainLine(wanted, 64)}`,
    why: "the plan was changed since it was looked at, or the hash is of another plan; at least 6 digits count",
    fix: `look at it as it is now: breakwater plan show ${plainLine(file)}`,
  };
}
