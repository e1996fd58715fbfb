import type { Reading } from "../reading.ts";
import { numberBefore } from "./summary.ts";

/** Reads what pytest prints by default: its last line for the counts, its short summary for the names. */
export function readPytestText(lines: readonly string[]): Reading | undefined {
  const summaries = lines.filter((line) =>
    /^(?:=+ )?(?:\d{1,9} [a-z]|no tests ran).{0,200} in \d[\d.]*s/.test(line),
  );
  const summary = summaries.at(-1);
  if (summary === undefined) return undefined;
  const errors = numberBefore(summary, "errors?");
  const counts = {
    passed: numberBefore(summary, "passed") + numberBefore(summary, "xpassed"),
    failed: numberBefore(summary, "failed") + errors,
    skipped: numberBefore(summary, "skipped") + numberBefore(summary, "xfailed"),
  };
  const names = summaryNames(lines);
  return summaries.length === 1 && names.length === counts.failed ? { counts, failing: names } : { counts };
}

function summaryNames(lines: readonly string[]): string[] {
  const start = lines.findLastIndex((line) => /^=+ short test summary info =+$/.test(line));
  if (start === -1) return [];
  return lines.slice(start).flatMap((line) => {
    const kind = ["FAILED ", "ERROR "].find((each) => line.startsWith(each));
    if (kind === undefined) return [];
    const end = line.indexOf(" - ");
    return [line.slice(kind.length, end === -1 ? undefined : end)];
  });
}
