import type { Reading } from "../reading.ts";
import { numberBefore } from "./summary.ts";

/** Reads what jest prints by default: `Tests:` for the counts, the lines with a bullet for the names. */
export function readJestText(lines: readonly string[]): Reading | undefined {
  const summaries = lines.filter((line) => /^Tests: +\d/.test(line));
  const suites = lines.findLast((line) => /^Test Suites: +\d/.test(line));
  const summary = summaries[0];
  if (summary === undefined || suites === undefined) return undefined;
  const names = bulletNames(lines);
  const counts = {
    passed: numberBefore(summary, "passed"),
    failed: numberBefore(summary, "failed") + names.files.length,
    skipped: numberBefore(summary, "skipped") + numberBefore(summary, "todo"),
  };
  const reliable = summaries.length === 1 && names.tests.length === numberBefore(summary, "failed");
  return reliable ? { counts, failing: [...names.files, ...names.tests] } : { counts };
}

function bulletNames(lines: readonly string[]): { readonly tests: string[]; readonly files: string[] } {
  const repeat = lines.findIndex((line) => line.startsWith("Summary of all failing tests"));
  const names = { tests: new Array<string>(), files: new Array<string>() };
  let file = "";
  for (const line of lines.slice(repeat === -1 ? 0 : repeat)) {
    const header = /^FAIL {1,2}(\S.*)$/.exec(line);
    if (header !== null) file = withoutDuration(header[1] ?? "");
    else if (line.startsWith("  ● Test suite failed to run")) names.files.push(file);
    else if (line.startsWith("  ● ") && line.trim() !== "● Console")
      names.tests.push(`${file} > ${line.slice(4).trim()}`);
  }
  return names;
}

function withoutDuration(header: string): string {
  return header.replace(/ \(\d[\d.]{0,12} m?s\)$/, "");
}
