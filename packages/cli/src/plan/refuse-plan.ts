import type { CommandContext } from "../command-context.ts";
import {
  countDiagnostics,
  countText,
  diagnosticJson,
  writeDiagnostics,
} from "../errors/report-diagnostics.ts";
import { EXIT } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { jsonLine } from "../output/json-line.ts";
import type { LoadedPlan } from "./load-plan.ts";

/** Says why a plan cannot be used: its errors, on stderr or as one line of JSON. `more` stands in the JSON too. Returns exit code 3. */
export function refusePlan(
  loaded: LoadedPlan,
  context: CommandContext,
  more: Readonly<Record<string, unknown>> = {},
): ExitCode {
  const errors = loaded.diagnostics.filter(({ severity }) => severity === "error");
  if (context.output === "json") {
    context.stdout.write(
      jsonLine("plan.refused", { file: loaded.file, diagnostics: errors.map(diagnosticJson), ...more }),
    );
    return EXIT.refused;
  }
  const { stderr, colour, width } = context;
  writeDiagnostics(errors, loaded.sources, { sink: stderr, colour: colour.stderr, width });
  stderr.write(`\n${loaded.file} is refused: ${countText(countDiagnostics(errors))}\n`);
  return EXIT.refused;
}
