import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  fail,
  IMPORT_FORMATS,
  importFormatOf,
  ok,
  plainLine,
  planOfImport,
  readImport,
  renderPlanMarkdown,
} from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { CommandContext } from "../../../command-context.ts";
import type { CommandInput } from "../../../command-input.ts";
import { reportFailure } from "../../../errors/report-failure.ts";
import { EXIT } from "../../../exit-code.ts";
import type { ExitCode } from "../../../exit-code.ts";
import { writeNewFile } from "../../../plan/write-new-file.ts";

/** As large as a file to import may be; bytes. */
const largest = 2 * 1024 * 1024;

/** Turns a file of another program into a plan; what it could not carry over is told on stderr. */
export async function run(input: CommandInput, context: CommandContext): Promise<ExitCode> {
  const file = input.argument("file") ?? "";
  const text = readText(file, context.cwd);
  if (!text.ok) return reportFailure({ failure: text.failure }, context);
  const format = IMPORT_FORMATS.find((each) => each === input.option("from")) ?? importFormatOf(text.value);
  const read = format === undefined ? fail("its content has no known form") : readImport(text.value, format);
  if (!read.ok) return reportFailure({ failure: notImported(file, read.failure) }, context);
  const { plan, notes } = planOfImport(read.value);
  for (const note of notes) context.stderr.write(`note: ${plainLine(note, 300)}\n`);
  const markdown = renderPlanMarkdown(plan);
  const out = input.option("out");
  if (out === undefined) context.stdout.write(markdown);
  else {
    const written = writeNewFile(out, markdown, context.cwd);
    if (!written.ok) return reportFailure({ failure: written.failure }, context);
    context.stdout.write(`wrote ${plainLine(out)}\nnext  breakwater plan lint ${plainLine(out)}\n`);
  }
  return EXIT.done;
}

function readText(file: string, cwd: string): Result<string> {
  try {
    const bytes = readFileSync(resolve(cwd, file));
    if (bytes.length <= largest) return ok(bytes.toString("utf8").replace(/^\uFEFF/, ""));
    return fail(unreadable(file, `it is larger than ${largest} bytes`));
  } catch (cause) {
    return fail(unreadable(file, cause instanceof Error ? cause.message : String(cause)));
  }
}

function unreadable(file: string, reason: string): ReturnType<typeof notImported> {
  return {
    code: "BW825",
    message: `${plainLine(file)} cannot be read: ${plainLine(reason)}`,
    fix: "name a file of text",
  };
}

function notImported(file: string, reason: string): { code: string; message: string; fix: string } {
  return {
    code: "BW830",
    message: `${plainLine(file)} cannot be imported: ${reason}`,
    fix: `say what it is with --from ${IMPORT_FORMATS.join("|")}, or begin with breakwater plan new`,
  };
}
