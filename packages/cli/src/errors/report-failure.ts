import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { jsonLine } from "../output/json-line.ts";
import { failureJson, renderFailure } from "./render-failure.ts";
import type { Renderable } from "./render-failure.ts";

/** A failure, and where it is known the text of the file that it points into. */
export type ReportedFailure = { readonly failure: Renderable; readonly source?: string };

/**
 * Tells a failure in the form that was asked for: a line of type `failure` on stdout for programs, the five
 * parts on stderr for people. Returns the exit code that it stands for.
 */
export function reportFailure(
  { failure, source }: ReportedFailure,
  context: Pick<CommandContext, "output" | "stdout" | "stderr" | "colour" | "width">,
): ExitCode {
  if (context.output === "json") {
    context.stdout.write(jsonLine("failure", { failure: failureJson(failure) }));
  } else {
    const options = { colour: context.colour.stderr, width: context.width };
    context.stderr.write(renderFailure(failure, source === undefined ? options : { ...options, source }));
  }
  return exitOfFailure(failure.code);
}

/** What failures mean for the exit code, by the numbers of their codes; the first range that holds wins. */
const RANGES: readonly (readonly [from: number, to: number, exit: ExitCode])[] = [
  [1, 1, EXIT.fault],
  [17, 17, EXIT.decision],
  [10, 99, EXIT.usage],
  [461, 461, EXIT.red],
  [503, 503, EXIT.unfit],
  [504, 504, EXIT.leased],
  [601, 604, EXIT.leased],
  [605, 606, EXIT.unfit],
  [700, 710, EXIT.unfit],
  [712, 715, EXIT.unfit],
  [720, 722, EXIT.unfit],
  [728, 728, EXIT.unfit],
  [730, 737, EXIT.red],
  [738, 738, EXIT.decision],
  [748, 750, EXIT.unfit],
  [774, 775, EXIT.unfit],
  [776, 777, EXIT.decision],
  [785, 785, EXIT.unfit],
  [786, 786, EXIT.decision],
  [790, 790, EXIT.unfit],
];

/** The exit code for a command that ended with a failure of this code (`docs/spec/cli.md`); 3 for the rest. */
export function exitOfFailure(code: string): ExitCode {
  const number = Number(code.replace("BW", ""));
  return RANGES.find(([from, to]) => number >= from && number <= to)?.[2] ?? EXIT.refused;
}
