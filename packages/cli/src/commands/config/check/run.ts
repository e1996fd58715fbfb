import { wireValues, type ConfigDiagnostic, type SessionConfig } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import {
  countDiagnostics,
  countText,
  diagnosticJson,
  writeDiagnostics,
} from "../../../errors/report-diagnostics.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { fileConfig } from "../file-config.ts";
import { projectConfig } from "../project-config.ts";

/** Judges the settings of a project, or what one file says by itself. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const named = input.argument("file");
  if (named === undefined) return tell(projectConfig(context), context);
  const config = fileConfig(named, context.cwd);
  return config.ok ? tell(config.value, context) : reportFailure({ failure: config.failure }, context);
}

type Judged = Pick<SessionConfig, "entries" | "diagnostics" | "sources" | "file">;

function tell({ diagnostics, sources, file, entries }: Judged, context: CommandContext): ExitCode {
  const counts = countDiagnostics(diagnostics);
  const code = counts.errors === 0 ? EXIT.done : EXIT.refused;
  if (context.output === "json") {
    context.stdout.write(
      jsonLine("config.check", {
        ok: counts.errors === 0,
        ...counts,
        file,
        values: wireValues(entries),
        diagnostics: diagnostics.map(keyedJson),
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

function keyedJson(diagnostic: ConfigDiagnostic): Readonly<Record<string, unknown>> {
  return { ...diagnosticJson(diagnostic), key: diagnostic.key ?? null };
}
