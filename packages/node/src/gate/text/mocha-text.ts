import type { Reading } from "../reading.ts";

/** Reads the `spec` reporter of mocha: `passing`, `failing`, `pending`, and the numbered list below them. */
export function readMochaText(lines: readonly string[]): Reading | undefined {
  const number = (word: string): number | undefined => {
    const found = lines.map((line) => new RegExp(`^ {2}(\\d{1,9}) ${word}(?: \\(\\d+m?s\\))?$`).exec(line));
    const value = found.findLast((each) => each !== null)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const passed = number("passing");
  if (passed === undefined) return undefined;
  const counts = { passed, failed: number("failing") ?? 0, skipped: number("pending") ?? 0 };
  const names = numberedNames(lines);
  return names.length === counts.failed ? { counts, failing: names } : { counts };
}

const MOST_TITLE_LINES = 12;

/** A title goes over several lines, one per suite, and ends with a colon. */
function numberedNames(lines: readonly string[]): string[] {
  const start = lines.findLastIndex((line) => /^ {2}\d{1,9} failing$/.test(line));
  if (start === -1) return [];
  return lines.flatMap((line, index) => {
    const first = /^ {2}\d{1,6}\) (.+)$/.exec(line);
    if (index < start || first === null) return [];
    const title = [line, ...lines.slice(index + 1, index + MOST_TITLE_LINES)];
    const end = title.findIndex((each) => each.endsWith(":"));
    if (end === -1) return [];
    const parts = [first[1] ?? "", ...title.slice(1, end + 1).map((each) => each.trim())];
    return [parts.join(" > ").slice(0, -1)];
  });
}
