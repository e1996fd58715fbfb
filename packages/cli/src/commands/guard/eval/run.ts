import { resolve } from "node:path";
import type { Failure } from "@breakwater/core";
import { type CaseRow, type Evaluation, scoreOf } from "@breakwater/guard";
import { evaluateCorpus } from "@breakwater/shells";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT, type ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { scoreText } from "./score-text.ts";

/** Judges a corpus in a repository of its own. Exit code 3 where a line cannot be judged, 4 where one differs. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const file = resolve(context.cwd, input.argument("file") ?? "");
  const result = await evaluateCorpus({ file, attended: !input.flag("unattended") });
  if (!result.ok) return reportFailure({ failure: result.failure }, context);
  const evaluation = result.value;
  for (const failure of evaluation.failures) reportFailure({ failure }, context);
  if (context.output === "json") writeJson(evaluation, context);
  else if (context.output !== "quiet") context.stdout.write(scoreText(evaluation));
  return exitOf(evaluation.rows, evaluation.failures);
}

function exitOf(rows: readonly CaseRow[], failures: readonly Failure[]): ExitCode {
  if (failures.length > 0) return EXIT.refused;
  return rows.some((row) => row.matched === false) ? EXIT.red : EXIT.done;
}

function writeJson({ rows, byRule, failures }: Evaluation, { stdout }: CommandContext): void {
  for (const row of rows) stdout.write(jsonLine("guard.case", row));
  stdout.write(
    jsonLine("guard.summary", {
      cases: rows.length,
      unreadable: failures.length,
      medianMs: medianMs(rows),
      byRule: Object.fromEntries(byRule),
      ...scoreOf(rows),
    }),
  );
}

/** The median of a verdict's time; null without a verdict. */
function medianMs(rows: readonly CaseRow[]): number | null {
  return rows.map((row) => row.ms).toSorted((one, other) => one - other)[Math.floor(rows.length / 2)] ?? null;
}
