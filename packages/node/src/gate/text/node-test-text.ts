import type { Reading } from "../reading.ts";
import { total } from "./summary.ts";

/** Reads the `spec` reporter of node:test: the closing numbers, and the names in its list of failing tests. */
export function readNodeTestText(lines: readonly string[]): Reading | undefined {
  const number = (word: string): number | undefined => {
    const line = lines.findLast((each) => each.startsWith(`ℹ ${word} `));
    const value = line?.slice(word.length + 3).trim();
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  };
  const [passed, failed] = [number("pass"), number("fail")];
  if (number("tests") === undefined || passed === undefined || failed === undefined) return undefined;
  const counts = {
    passed,
    failed: failed + (number("cancelled") ?? 0),
    skipped: total([number("skipped") ?? 0, number("todo") ?? 0]),
  };
  const runs = lines.filter((line) => /^ℹ tests \d{1,9}$/.test(line)).length;
  const names = listedNames(lines);
  return runs === 1 && names.length === counts.failed ? { counts, failing: names } : { counts };
}

/** In the list each test stands under a line with its place; the file belongs to the name, the line does not. */
function listedNames(lines: readonly string[]): string[] {
  const start = lines.lastIndexOf("✖ failing tests:");
  if (start === -1) return [];
  return lines.slice(start + 1).flatMap((line, index, all) => {
    const place = /^test at (.{1,1000}):\d{1,9}:\d{1,9}$/.exec(all[index - 1] ?? "");
    if (place === null || !line.startsWith("✖ ")) return [];
    return [`${place[1]} > ${line.slice(2).replace(/ \(\d[\d.]{0,24}ms\)$/, "")}`];
  });
}
