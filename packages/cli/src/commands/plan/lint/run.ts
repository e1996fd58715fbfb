import { writeFileSync } from "node:fs";
import { applyEdits } from "@breakwater/core";
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
import { loadPlan } from "../../../plan/load-plan.ts";
import type { LoadedPlan } from "../../../plan/load-plan.ts";

/** Judges a plan. The answer is the list of diagnostics; exit code 3 where an error refuses the plan. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const file = input.argument("file") ?? "";
  const flags = { unattended: input.flag("unattended") };
  const first = await loadPlan(context, file, flags);
  const applied = input.flag("fix") ? applyFixes(first) : 0;
  const loaded = applied === 0 ? first : await loadPlan(context, file, flags);
  const counts = countDiagnostics(loaded.diagnostics);
  if (context.output === "json") {
    const { hash } = loaded;
    const diagnostics = loaded.diagnostics.map(diagnosticJson);
    context.stdout.write(
      jsonLine("plan.lint", {
        file: loaded.file,
        ok: counts.errors === 0,
        ...counts,
        applied,
        hash,
        diagnostics,
      }),
    );
  } else {
    show(loaded, applied, context);
  }
  return counts.errors === 0 ? EXIT.done : EXIT.refused;
}

function applyFixes({ path, file, sources, diagnostics }: LoadedPlan): number {
  const edits = diagnostics.flatMap(({ edit, where }) =>
    edit === undefined || where.file !== file ? [] : [edit],
  );
  const text = sources.get(file);
  if (edits.length === 0 || text === undefined) return 0;
  writeFileSync(path, applyEdits(text, edits));
  return edits.length;
}

function show(loaded: LoadedPlan, applied: number, context: CommandContext): void {
  const { stdout, colour, width, output } = context;
  if (output === "quiet") return;
  if (applied > 0) stdout.write(`applied ${applied} edits to ${loaded.file}\n`);
  writeDiagnostics(loaded.diagnostics, loaded.sources, { sink: stdout, colour: colour.stdout, width });
  const gap = loaded.diagnostics.length > 0 ? "\n" : "";
  stdout.write(`${gap}${loaded.file}: ${countText(countDiagnostics(loaded.diagnostics))}\n`);
}
