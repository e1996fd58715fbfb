import type { TextEdit } from "./diagnostic.ts";

/**
 * Applies edits to the text they were made for.
 *
 * Of edits that overlap, the one that starts first is applied and the rest are left out: lint again to get
 * them anew. An edit whose line does not exist is left out too.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const located = edits
    .flatMap((edit) => {
      const line = starts[edit.span.line - 1];
      if (line === undefined) return [];
      const from = line + edit.span.column - 1;
      return [{ from, to: from + edit.span.length, newText: edit.newText }];
    })
    .sort((left, right) => left.from - right.from);
  let result = "";
  let position = 0;
  for (const { from, to, newText } of located) {
    if (from < position || to > text.length) continue;
    result += text.slice(position, from) + newText;
    position = to;
  }
  return result + text.slice(position);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
