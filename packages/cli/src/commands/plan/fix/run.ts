import { writeFileSync } from "node:fs";
import { applyEdits, counted, plainLine, spreadWave } from "@breakwater/core";
import type { Diagnostic, SpreadPlan } from "@breakwater/core";
import { planFormatOf } from "@breakwater/node";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { countDiagnostics, countText, writeDiagnostics } from "../../../errors/report-diagnostics.ts";
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
  const mayMove = !input.flag("dry-run") && (only.length === 0 || only.includes("BW220"));
  const spread = mayMove ? await spreadAll(loaded, context) : { loaded, moves: [] };
  return tell({ file, applied, ...spread, context });
}

type Spread = { readonly loaded: LoadedPlan; readonly moves: readonly SpreadPlan[] };

/** Gives full waves another one, until none is full or nothing can be moved. */
async function spreadAll(first: LoadedPlan, context: CommandContext): Promise<Spread> {
  const moves: SpreadPlan[] = [];
  let loaded = first;
  while (moves.length < MOST_ROUNDS) {
    const spread = spreadOf(loaded);
    if (spread === undefined) break;
    writeFileSync(loaded.path, spread.text);
    moves.push(spread);
    loaded = await loadPlan(context, loaded.file);
  }
  return { loaded, moves };
}

/** A wave with too many tasks gives some to a wave of its own. */
function spreadOf({ diagnostics, file, sources, written }: LoadedPlan): SpreadPlan | undefined {
  const text = sources.get(file);
  if (written === undefined || text === undefined || planFormatOf(file) !== "markdown") return undefined;
  return diagnostics.some(({ code }) => code === "BW220") ? spreadWave(text, written) : undefined;
}

function editsOf({ diagnostics }: LoadedPlan, only: readonly string[]): readonly Edited[] {
  return diagnostics.flatMap((each) => {
    const { edit, code } = each;
    const isWanted = only.length === 0 || only.includes(code);
    return edit !== undefined && isWanted && each.where.file === edit.span.file ? [{ ...each, edit }] : [];
  });
}

type Fixed = {
  readonly file: string;
  readonly applied: readonly Edited[];
  readonly moves: readonly SpreadPlan[];
  readonly loaded: LoadedPlan;
  readonly context: CommandContext;
};

function tell(fixed: Fixed): ExitCode {
  const { file, applied, moves, loaded, context } = fixed;
  const counts = countDiagnostics(loaded.diagnostics);
  if (context.output === "json") {
    const edits = applied.map(({ code, message, edit }) => ({ code, message, edit }));
    const moved = moves.map(({ wave, moved: tasks }) => ({ wave, moved: tasks }));
    context.stdout.write(jsonLine("plan.fix", { file, ...counts, edits, moves: moved }));
  } else if (context.output !== "quiet") tellPerson(fixed, countText(counts));
  return counts.errors === 0 ? EXIT.done : EXIT.refused;
}

/** What was done, then the errors that are left for a person. */
function tellPerson({ file, applied, moves, loaded, context }: Fixed, counts: string): void {
  for (const { code, message, edit } of applied)
    context.stdout.write(
      `${plainLine(file)}:${edit.span.line}  ${code}  ${plainLine(message)}: ${plainLine(edit.newText)}\n`,
    );
  for (const { wave, moved } of moves)
    context.stdout.write(
      `${plainLine(file)}  BW220  wave ${wave} is too full: ${moved.join(", ")} now in a wave after it\n`,
    );
  const left = loaded.diagnostics.filter(({ severity, edit }) => severity === "error" && edit === undefined);
  const { stderr, colour, width } = context;
  if (left.length > 0) writeDiagnostics(left, loaded.sources, { sink: stderr, colour: colour.stderr, width });
  const edits = counted(applied.length, "edit");
  context.stdout.write(`${plainLine(file)}: ${edits}; ${counts}\n`);
}
