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

/** Codes that do not mean what their number range means. */
const SINGLE: Readonly<Record<string, ExitCode>> = {
  BW001: EXIT.fault,
  BW504: EXIT.leased,
  BW711: EXIT.refused,
};

/** The exit code for a command that ended with a failure of this code (`docs/spec/cli.md`). */
export function exitOfFailure(code: string): ExitCode {
  const single = SINGLE[code];
  if (single !== undefined) return single;
  if (code.startsWith("BW0")) return EXIT.usage;
  if (/^BW[1-3]/.test(code)) return EXIT.refused;
  if (/^BW7[012]/.test(code)) return EXIT.unfit;
  return EXIT.refused;
}
