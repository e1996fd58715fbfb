import type { SourceSpan } from "../failure.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Columns shown of a source line; longer lines are cut around the marked place. */
const widest = 100;

/**
 * A diagnostic as plain text: headline, place, framed source lines, why, fix, and where to read more.
 *
 * `text` is the file that the spans point into. Its lines are hostile: control characters are shown as
 * `·`, tabs as one space, and long lines are cut. No colours, no trailing line break.
 */
export function renderDiagnostic(diagnostic: Diagnostic, text: string): string {
  const { where } = diagnostic;
  const marks = [
    { span: where, label: diagnostic.label ?? "", sign: "^" },
    ...(diagnostic.related ?? []).map(({ span, label }) => ({ span, label, sign: "-" })),
  ];
  const gutter = Math.max(...marks.map(({ span }) => String(span.line).length)) + 1;
  return [
    `${diagnostic.severity} ${diagnostic.code}  ${printable(diagnostic.message)}`,
    `${" ".repeat(gutter - 1)}--> ${printable(where.file)}:${where.line}:${where.column}`,
    `${" ".repeat(gutter)}|`,
    ...marks.flatMap((mark) => frame(mark, lineOf(text, mark.span.line), gutter)),
    ...note("why", diagnostic.why),
    ...note("fix", diagnostic.fix),
    `  more: breakwater explain ${diagnostic.code}`,
  ].join("\n");
}

/** A line by its number, without its end; "" where the text has no such line. */
function lineOf(text: string, number: number): string {
  let start = 0;
  for (let line = 1; line < number; line += 1) {
    const end = text.indexOf("\n", start);
    if (end === -1) return "";
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const line = text.slice(start, end === -1 ? text.length : end);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

type Mark = { readonly span: SourceSpan; readonly label: string; readonly sign: string };

function frame(mark: Mark, line: string, gutter: number): readonly string[] {
  const start = Math.min(mark.span.column - 1, line.length);
  const end = Math.min(Math.max(start + mark.span.length, start + 1), Math.max(line.length, start + 1));
  const from = line.length <= widest || start < widest / 2 ? 0 : start - widest / 4;
  const shown = printable(line.slice(from, from + widest));
  const carets = mark.sign.repeat(Math.max(1, Math.min(end, from + widest) - start));
  const number = String(mark.span.line).padStart(gutter - 1);
  return [
    `${number} | ${shown}`.trimEnd(),
    `${" ".repeat(gutter)}| ${" ".repeat(start - from)}${carets} ${printable(mark.label)}`.trimEnd(),
  ];
}

function note(name: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`  ${name}: ${printable(text)}`];
}

/** One UTF-16 unit stays one column, so that the carets keep their place. */
function printable(text: string): string {
  return text
    .replace(/\t/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "·");
}
