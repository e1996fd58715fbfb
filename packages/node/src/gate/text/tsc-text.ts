import type { Reading } from "../reading.ts";

/** Reads the errors of the TypeScript compiler, plain or pretty. The place inside a file is not in the name. */
export function readTscText(lines: readonly string[]): Reading | undefined {
  const failing = lines.flatMap((line) => readError(line) ?? []);
  if (failing.length === 0) return undefined;
  return { counts: { failed: failing.length }, failing };
}

const MARK = /(?:^|: | - )error (TS\d{1,6}): /;

function readError(line: string): string | undefined {
  const mark = MARK.exec(line);
  if (mark === null) return undefined;
  const message = line.slice(mark.index + mark[0].length);
  const file = fileOf(line.slice(0, mark.index));
  return file === undefined ? undefined : `${file} ${mark[1]} ${message}`.trim();
}

/** The file of `a.ts(1,2)` or `a.ts:1:2`; empty for an error of the whole project. */
function fileOf(place: string): string | undefined {
  if (place === "") return "";
  const end = /(?:\(\d{1,7},\d{1,7}\)|:\d{1,7}:\d{1,7})$/.exec(place.slice(-20));
  return end === null ? undefined : place.slice(0, place.length - end[0].length);
}
