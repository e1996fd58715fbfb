import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import {
  countDiagnostics,
  countText,
  diagnosticJson,
  writeDiagnostics,
} from "../../../errors/report-diagnostics.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { projectConfig } from "../project-config.ts";

/** Judges the settings of a project. */
export async function run(_input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const { diagnostics, sources, file } = projectConfig(context);
  const counts = countDiagnostics(diagnostics);
  const code = counts.errors === 0 ? EXIT.done : EXIT.refused;
  if (context.output === "json") {
    context.stdout.write(
      jsonLine("config.check", {
        ok: counts.errors === 0,
        ...counts,
        file,
        diagnostics: diagnostics.map(diagnosticJson),
      }),
    );
    return code;
  }
  if (context.output === "quiet") return code;
  const { stdout, colour, width } = context;
  writeDiagnostics(diagnostics, sources, { sink: stdout, colour: colour.stdout, width });
  stdout.write(
    `${diagnostics.length > 0 ? "\n" : ""}${file ?? "no instruction file"}: ${countText(counts)}\n`,
  );
  return code;
}
