import { resolve } from "node:path";
import { convertPlan, planFormatOf, readPlanFile } from "@breakwater/node";
import type { PlanFormat } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { writeDiagnostics } from "../../../errors/report-diagnostics.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";

/** Writes a plan in another format to stdout. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const file = input.argument("file") ?? "";
  const from = planFormatOf(file);
  const reading = await readPlanFile(resolve(context.cwd, file), file);
  if (reading.text === "" || from === undefined) return refuse(reading.diagnostics, reading.text);
  const converted = convertPlan(reading.text, { from, to: formatOf(input.option("to")), file });
  if (!converted.ok) return refuse(converted.failure, reading.text);
  context.stdout.write(converted.value);
  return EXIT.done;

  function refuse(diagnostics: Parameters<typeof writeDiagnostics>[0], text: string): ExitCode {
    const { stderr, colour, width } = context;
    writeDiagnostics(diagnostics, new Map([[file, text]]), { sink: stderr, colour: colour.stderr, width });
    return EXIT.refused;
  }
}

function formatOf(word: string | undefined): PlanFormat {
  return word === "yaml" || word === "json" ? word : "markdown";
}
