import { writeFileSync } from "node:fs";
import { applyEdits, plainLine } from "@breakwater/core";
import type { Diagnostic } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { countDiagnostics, countText } from "../../../errors/report-diagnostics.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { jsonLine } from "../../../output/json-line.ts";
import { loadPlan } from "../../../plan/load-plan.ts";
import type { LoadedPlan } from "../../../plan/load-plan.ts";

/** An edit may uncover the next one; after so many rounds the rest is for a person. */
const MOST_ROUNDS = 5;

type Edited = Diagnostic & { readonly edit: NonNullable<Diagnostic["edit"]> };

/** Applies what lint can put right by itself, round by round. Exit code 3 where errors are left. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const file = input.argument("file") ?? "";
  const only = input.list("apply");
  let loaded = await loadPlan(context, file);
  const applied: Edited[] = [];
  if (input.flag("dry-run")) applied.push(...editsOf(loaded, only));
  for (let round = 0; round < MOST_ROUNDS && !input.flag("dry-run"); round += 1) {
    const edits = editsOf(loaded, only);
    const text = loaded.sources.get(file);
    if (edits.length === 0 || text === undefined) break;
    const next = applyEdits(
      text,
      edits.map(({ edit }) => edit),
    );
    if (next === text) break;
    writeFileSync(loaded.path, next);
    applied.push(...edits);
    loaded = await loadPlan(context, file);
  }
  return tell({ file, applied, loaded, context });
}

function editsOf({ diagnostics }: LoadedPlan, only: readonly string[]): readonly Edited[] {
  return diagnostics.flatMap((each) => {
    const { edit, code } = each;
    const isWanted = only.length === 0 || only.includes(code);
    return edit !== undefined && isWanted && each.where.file === edit.span.file ? [{ ...each, edit }] : [];
  });
}

function tell({
  file,
  applied,
  loaded,
  context,
}: {
  readonly file: string;
  readonly applied: readonly Edited[];
  readonly loaded: LoadedPlan;
  readonly context: CommandContext;
}): ExitCode {
  const counts = countDiagnostics(loaded.diagnostics);
  if (context.output === "json") {
    const edits = applied.map(({ code, message, edit }) => ({ code, message, edit }));
    context.stdout.write(jsonLine("plan.fix", { file, ...counts, edits }));
  } else if (context.output !== "quiet") {
    for (const { code, message, edit } of applied)
      context.stdout.write(
        `${plainLine(file)}:${edit.span.line}  ${code}  ${plainLine(message)}: ${plainLine(edit.newText)}\n`,
      );
    context.stdout.write(`${plainLine(file)}: ${applied.length} edits; ${countText(counts)}\n`);
  }
  return counts.errors === 0 ? EXIT.done : EXIT.refused;
}
