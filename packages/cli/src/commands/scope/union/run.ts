import { unionOfEntries } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { readScopes } from "../read-scopes.ts";

/** Prints what several owners may write together. */
export async function run(_input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const scopes = await readScopes(context);
  if (!scopes.ok) return reportFailure({ failure: scopes.failure }, context);
  const { globs, errors } = unionOfEntries(scopes.value);
  if (context.output === "json") {
    context.stdout.write(jsonLine("scope.union", { globs, errors }));
  } else {
    for (const failure of errors) reportFailure({ failure }, context);
    if (errors.length === 0) context.stdout.write(globs.map((glob) => `${glob}\n`).join(""));
  }
  return errors.length === 0 ? EXIT.done : EXIT.refused;
}
