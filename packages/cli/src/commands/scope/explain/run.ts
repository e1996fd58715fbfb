import { explainScope, parseScope, scopeAllows } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";

/** Explains the verdict of a scope on one path. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const path = input.argument("path") ?? "";
  const scope = parseScope(input.rest("entries"));
  if (!scope.ok) return reportFailure({ failure: scope.failure }, context);
  const verdict = scopeAllows(scope.value, path);
  const lines = explainScope(scope.value, path);
  if (context.output === "json") context.stdout.write(jsonLine("scope.explain", { path, verdict, lines }));
  else context.stdout.write(`${lines.join("\n")}\n`);
  return verdict.kind === "allowed" ? EXIT.done : EXIT.refused;
}
