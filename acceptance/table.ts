/** One thing that had to hold, and what was found. */
export type Check = { readonly name: string; readonly passed: boolean; readonly found: string };

/** A check that holds where nothing is amiss; `otherwise` is what is found then. */
export function noneAmiss(name: string, amiss: readonly string[], otherwise = "none"): Check {
  const found = amiss.length === 0 ? otherwise : amiss.slice(0, 5).join("; ");
  return { name, passed: amiss.length === 0, found };
}

/** A check that holds where two values are equal. */
export function equalTo<T extends string | number | boolean | null>(
  name: string,
  found: T,
  wanted: T,
): Check {
  const passed = found === wanted;
  return { name, passed, found: passed ? String(found) : `${String(found)}, wanted ${String(wanted)}` };
}

/** Prints the table of checks. */
export function printChecks(checks: readonly Check[]): void {
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, passed, found } of checks)
    process.stdout.write(`${passed ? "ok  " : "FAIL"} ${name.padEnd(width)}  ${found}\n`);
}

/** Prints how many passed and failed; true where there are some and all passed. */
export function closingLine(passed: readonly boolean[]): boolean {
  const failed = passed.filter((each) => !each).length;
  process.stdout.write(`${passed.length - failed} passed, ${failed} failed\n`);
  return failed === 0 && passed.length > 0;
}

/** The whole number behind a flag such as `--seed`; `otherwise` where it is not given. Throws for anything else. */
export function numberFlag(name: string, otherwise: number): number {
  const at = process.argv.indexOf(name);
  if (at === -1) return otherwise;
  const value = process.argv[at + 1] ?? "";
  if (!/^\d{1,9}$/.test(value)) throw new Error(`Reading ${name}: "${value}" is not a whole number`);
  return Number(value);
}
