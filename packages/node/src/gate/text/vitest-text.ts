import type { Reading } from "../reading.ts";
import { numberBefore, total } from "./summary.ts";

/** Reads what vitest prints by default: the summary for the counts, the `FAIL` lines for the names. */
export function readVitestText(lines: readonly string[]): Reading | undefined {
  const runs = splitRuns(lines).flatMap((run) => readRun(run) ?? []);
  if (runs.length === 0) return undefined;
  const counts = {
    passed: total(runs.map((run) => run.counts.passed)),
    failed: total(runs.map((run) => run.counts.failed)),
    skipped: total(runs.map((run) => run.counts.skipped)),
  };
  if (runs.some((run) => run.failing === undefined)) return { counts };
  return { counts, failing: runs.flatMap((run) => run.failing ?? []) };
}

const SUMMARY = /^ {0,12}Tests {2}(?=\d|no tests)/;

/** One output can hold several runs, as in a workspace; each ends a little behind its summary. */
function splitRuns(lines: readonly string[]): string[][] {
  const runs: string[][] = [];
  let current: string[] = [];
  for (const line of lines) {
    if (/^ *RUN {2}v\d/.test(line) && current.some((each) => SUMMARY.test(each))) {
      runs.push(current);
      current = [];
    }
    current.push(line);
  }
  return [...runs, current];
}

type Counted = { readonly passed: number; readonly failed: number; readonly skipped: number };

function readRun(
  lines: readonly string[],
): { readonly counts: Counted; readonly failing?: readonly string[] } | undefined {
  const summary = lines.findLast((line) => SUMMARY.test(line));
  if (summary === undefined) return undefined;
  const suites = total(lines.map((line) => numberBehind(line, /⎯ Failed Suites (\d{1,7}) ⎯/)));
  const stray = total(lines.map((line) => numberBehind(line, /^ {2,12}Errors {2}(\d{1,7}) errors?\b/)));
  const named = numberBefore(summary, "failed") + suites;
  const counts = {
    passed: numberBefore(summary, "passed"),
    failed: named + stray,
    skipped: numberBefore(summary, "skipped") + numberBefore(summary, "todo"),
  };
  const names = failNames(lines);
  // A surplus means that some test printed such a line itself, and nobody can say which.
  return names.length === named ? { counts, failing: names } : { counts };
}

/** Names stand behind `FAIL` below the banner of failed suites or tests. */
function failNames(lines: readonly string[]): string[] {
  const banner = lines.findIndex((line) => /⎯ Failed (?:Suites|Tests) \d{1,7} ⎯/.test(line));
  if (banner === -1) return [];
  return lines.slice(banner).flatMap((line) => {
    if (!/^ ?FAIL {2}\S/.test(line)) return [];
    const name = line.slice(line.indexOf("FAIL") + 4).trim();
    const repeated = name.indexOf(" [ ");
    return [repeated === -1 ? name : name.slice(0, repeated)];
  });
}

function numberBehind(line: string, pattern: RegExp): number {
  return Number(pattern.exec(line)?.[1] ?? 0);
}
