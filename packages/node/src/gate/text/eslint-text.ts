import type { Reading } from "../reading.ts";

/** Reads the `stylish` formatter of eslint: a file, its rows below it, and the closing number of errors. */
export function readEslintText(lines: readonly string[]): Reading | undefined {
  const closing = lines.map((line) =>
    /^✖ \d{1,9} problems? \((\d{1,9}) errors?, \d{1,9} warnings?\)$/.exec(line),
  );
  const errors = closing.filter((each) => each !== null).map((each) => Number(each[1]));
  if (errors.length !== 1) return undefined;
  const failing: string[] = [];
  let file = "";
  for (const line of lines) {
    if (line !== "" && !line.startsWith(" ")) file = line;
    const row = readRow(line);
    if (row !== undefined) failing.push(`${file} ${row}`);
  }
  const counts = { failed: errors[0] ?? 0 };
  return failing.length === counts.failed ? { counts, failing } : { counts };
}

/** `rule message` of a row that is an error. The columns are set apart by at least two spaces. */
function readRow(line: string): string | undefined {
  const head = /^ {2,12}\d{1,7}:\d{1,7} {2,12}error {2,40}/.exec(line);
  if (head === null) return undefined;
  const rest = line.slice(head[0].length).trimEnd();
  const gap = rest.lastIndexOf("  ");
  return gap === -1 ? rest : `${rest.slice(gap + 2)} ${rest.slice(0, gap).trimEnd()}`;
}
