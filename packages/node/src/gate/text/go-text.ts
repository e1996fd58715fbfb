import type { Reading } from "../reading.ts";

/** Reads `go test`: failing tests stand before the line of their package. Passed tests are not counted by it. */
export function readGoText(lines: readonly string[]): Reading | undefined {
  const failing: string[] = [];
  let pending: string[] = [];
  let packages = 0;
  let empty = 0;
  for (const line of lines) {
    const test = /^ {0,40}--- FAIL: (\S{1,1000}) \(\d[\d.]*s\)$/.exec(line);
    if (test !== null) pending.push(test[1] ?? "");
    const outcome = /^(ok {2}|FAIL|\?   )\t(\S+)/.exec(line);
    if (outcome === null) continue;
    if (line.endsWith("[no test files]") || line.endsWith("[no tests to run]")) empty += 1;
    else packages += 1;
    const name = outcome[2] ?? "";
    if (outcome[1] === "FAIL")
      failing.push(...(pending.length === 0 ? [name] : pending.map((each) => `${name} > ${each}`)));
    pending = [];
  }
  if (packages + empty === 0) return undefined;
  if (packages === 0) return { counts: { passed: 0, failed: 0 }, failing };
  return { counts: { failed: failing.length }, failing };
}
