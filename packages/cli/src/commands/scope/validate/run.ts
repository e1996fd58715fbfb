import { validateScope } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { renderFailure } from "../../../errors/render-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { trackedFiles } from "../read-scopes.ts";

/** Judges the entries of one scope against the files of this repository. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const entries = input.rest("entries");
  const { valid, errors, warnings } = validateScope(entries, await trackedFiles(context));
  const code = valid ? EXIT.done : EXIT.refused;
  if (context.output === "json") {
    context.stdout.write(jsonLine("scope.validate", { entries, valid, errors, warnings }));
    return code;
  }
  const options = { colour: context.colour.stdout, width: context.width };
  const found = [
    ...errors.map((failure) => renderFailure(failure, options)),
    ...warnings.map((failure) => renderFailure({ ...failure, severity: "warning" }, options)),
  ];
  context.stdout.write([...found, valid ? "valid\n" : "void: nothing may be written\n"].join("\n"));
  return code;
}
