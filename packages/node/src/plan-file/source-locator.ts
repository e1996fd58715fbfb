import type { SourceSpan } from "@breakwater/core";

/** Turns offsets of a text into spans of its file. */
export type Locate = (from: number, to: number) => SourceSpan;

/** A locator for a text; finding a place takes logarithmic time. */
export function locatorFor(file: string, text: string): Locate {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (from, to) => {
    const line = lineAt(starts, from);
    return { file, line: line + 1, column: from - (starts[line] ?? 0) + 1, length: Math.max(0, to - from) };
  };
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
