import type { SourceSpan } from "@breakwater/core";
import { paint } from "../output/paint.ts";
import type { Style } from "../output/paint.ts";

/** A marked place of a file: what stands beside it and with which sign it is underlined. */
export type Mark = {
  readonly span: SourceSpan;
  readonly label: string;
  readonly sign: string;
  readonly tone: Style;
};

/**
 * The marked lines of a source text with line numbers and underlines, in the order of the marks. Lines
 * wider than the screen are cut around the mark; characters that could move the cursor are shown as `·`.
 */
export function renderFrame(
  marks: readonly Mark[],
  source: string,
  { colour, width }: { readonly colour: boolean; readonly width: number },
): readonly string[] {
  const lines = source.split(/\r\n|\n/);
  const shown = marks.filter(({ span }) => span.line >= 1 && span.line <= lines.length);
  const gutter = Math.max(2, ...shown.map(({ span }) => String(span.line).length));
  const room = Math.max(20, width - gutter - 3);
  const bar = paint("|", colour, "blue");
  return [
    `${" ".repeat(gutter)} ${bar}`,
    ...shown.flatMap((mark) => {
      const { text, caret } = excerpt(mark, lines[mark.span.line - 1] ?? "", room);
      const number = paint(String(mark.span.line).padStart(gutter), colour, "blue");
      const label = mark.label === "" ? "" : ` ${printable(mark.label)}`;
      return [
        `${number} ${bar} ${text}`.trimEnd(),
        `${" ".repeat(gutter)} ${bar} ${" ".repeat(caret.from)}${paint(mark.sign.repeat(caret.length) + label, colour, mark.tone)}`,
      ];
    }),
  ];
}

type Excerpt = { readonly text: string; readonly caret: { readonly from: number; readonly length: number } };

function excerpt({ span }: Mark, line: string, room: number): Excerpt {
  const start = Math.min(Math.max(0, span.column - 1), line.length);
  const end = Math.max(start + 1, Math.min(start + span.length, line.length));
  const from = line.length <= room || start < room / 2 ? 0 : start - Math.floor(room / 4);
  const text = printable(line.slice(from, from + room));
  return { text, caret: { from: start - from, length: Math.max(1, Math.min(end, from + room) - start) } };
}

/** One UTF-16 unit stays one column, so that underlines keep their place. */
function printable(text: string): string {
  return text
    .replaceAll("\t", " ")
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
      "·",
    );
}
