import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fail, manifestFaults, ok, plainLine, type Result } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";

const largest = 1024 * 1024;

/** Judges a manifest of a wave: faults on stderr, one a line; the manifest itself on stdout where it is sound. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const text = await manifestText(input.argument("file"), context);
  if (!text.ok) return reportFailure({ failure: text.failure }, context);
  const { errors, warnings } = manifestFaults(text.value);
  const valid = errors.length === 0;
  if (context.output === "json") {
    context.stdout.write(jsonLine("scope.manifest", { valid, errors, warnings }));
    return valid ? EXIT.done : EXIT.refused;
  }
  for (const error of errors) context.stderr.write(`ERROR: ${plainLine(error)}\n`);
  for (const warning of warnings) context.stderr.write(`WARNING: ${plainLine(warning)}\n`);
  if (valid) context.stdout.write(text.value);
  return valid ? EXIT.done : EXIT.refused;
}

/** The text of the file or of stdin. Fails with BW018. */
async function manifestText(file: string | undefined, context: CommandContext): Promise<Result<string>> {
  if (file === undefined) return ok(await context.stdin.readAll(largest));
  try {
    return ok(readFileSync(resolve(context.cwd, file), "utf8"));
  } catch (cause) {
    return fail({
      code: "BW018",
      message: `${plainLine(file)} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: "name a wave-scope.json, or pipe one in",
    });
  }
}
