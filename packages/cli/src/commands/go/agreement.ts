import { plainLine, type Schedule } from "@breakwater/core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandInput } from "../../command-input.ts";
import { reportFailure } from "../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { earlierApproval, findApproval } from "../../plan/approval.ts";
import { schedulePage } from "../../plan/schedule-page.ts";
import { sessionForecast } from "../../plan/session-forecast.ts";
import type { Workplace } from "../../session/open-workplace.ts";
import { whoAsks } from "../../session/person.ts";

/** Who agreed to the plan, or the exit code after it was said how to agree. */
export type Agreement =
  | { readonly ok: true; readonly by: string }
  | { readonly ok: false; readonly exit: ExitCode };

/** What is to be agreed to: `file` as it is shown. */
export type AgreementTerms = {
  readonly schedule: Schedule;
  /** The tracked files of the base. */
  readonly files: readonly string[];
  readonly file: string;
  readonly input: CommandInput;
  readonly context: CommandContext;
};

/**
 * Nothing starts without agreement to exactly this plan: asked for in a terminal, given beforehand with
 * `plan approve`, or by its hash (at least eight digits of it).
 */
export async function agreeTo({ repository }: Workplace, terms: AgreementTerms): Promise<Agreement> {
  const { schedule, file, files, input, context } = terms;
  const given = input.option("approve");
  if (given !== undefined) return byHash(schedule, given, context);
  if (input.flag("yes")) return { ok: true, by: whoAsks() };
  const stored = findApproval(repository.root, schedule.hash);
  if (stored !== undefined) return { ok: true, by: stored.by };
  const forecast = await sessionForecast(schedule, repository);
  const page = schedulePage(schedule, { file, files, width: context.width, forecast });
  context.stderr.write(`${page.join("\n")}\n\n`);
  if (!context.interactive) return { ok: false, exit: notAgreed(repository.root, terms) };
  return (await ask()) ? { ok: true, by: whoAsks() } : { ok: false, exit: EXIT.decision };
}

const LEAST_DIGITS = 8;

function byHash(schedule: Schedule, given: string, context: CommandContext): Agreement {
  if (given.length >= LEAST_DIGITS && schedule.hash.startsWith(given.toLowerCase()))
    return { ok: true, by: whoAsks() };
  const failure = {
    code: "BW776",
    message: `--approve ${plainLine(given)} is not for this plan, whose hash is ${schedule.hash.slice(0, 12)}`,
    why: "What was agreed to is exactly one plan; this file says something else by now, or the hash is too short.",
    fix: `Read it with breakwater plan show, then: --approve ${schedule.hash.slice(0, 12)}`,
  };
  reportFailure({ failure }, context);
  return { ok: false, exit: EXIT.decision };
}

function notAgreed(root: string, { schedule, file, context }: AgreementTerms): ExitCode {
  const earlier = earlierApproval(root, file);
  const failure = {
    code: "BW777",
    message:
      earlier === undefined
        ? "nobody has agreed to this plan"
        : `nobody has agreed to this plan; ${plainLine(file)} has changed since ${earlier.hash.slice(0, 12)} was approved`,
    why: "Agents start only on a plan that a person has seen, and there is no terminal to ask in.",
    fix: `breakwater plan approve ${plainLine(file)}, or run go with --approve ${schedule.hash.slice(0, 12)}`,
  };
  reportFailure({ failure }, context);
  return EXIT.decision;
}

async function ask(): Promise<boolean> {
  const { confirm } = await import("@clack/prompts");
  const answer = await confirm({ message: "Start this plan?" });
  return answer === true;
}
