import { Session } from "node:inspector";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judged } from "./guard-fixture.ts";

const session = new Session();
beforeAll(() => {
  // Before the guard runs for the first time: only what is compiled afterwards is counted block by block.
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
});
afterAll(() => session.disconnect());

describe("the work is in proportion to the length of what an agent wrote", () => {
  test.each([
    ["quotes", (n: number) => `echo ${"'".repeat(n)}`],
    ["open parentheses", (n: number) => `echo ${"(".repeat(n)}`],
    ["substitutions", (n: number) => "$(".repeat(n / 2)],
    ["braces", (n: number) => `echo ${"{a,b}".repeat(n / 5)}`],
    ["open braces", (n: number) => `echo ${"{".repeat(n)}`],
    ["blanks in code", (n: number) => `node -e "system${" ".repeat(n)}"`],
    ["quotes in code", (n: number) => `python3 -c "${"'".repeat(n)}"`],
    ["letters in code", (n: number) => `python3 -c "${"open".repeat(n / 4)}"`],
    ["calls in code", (n: number) => `python3 -c "${"open('".repeat(n / 6)}"`],
    ["backslashes in code", (n: number) => `python3 -c 'x("${"\\\\".repeat(n / 2)}'`],
    ["semicolons", (n: number) => "true;".repeat(n / 5)],
    ["pipes", (n: number) => `${"true|".repeat(n / 5)}true`],
    ["operands", (n: number) => `rm ${"src/api/a ".repeat(n / 10)}`],
    ["stars", (n: number) => `rm src/api/${"*a".repeat(n / 2)}`],
    ["dots", (n: number) => `touch ${"../".repeat(n / 3)}x`],
    ["assignments", (n: number) => `${"A=x$A;".repeat(n / 6)}$A`],
    ["comments in SQL", (n: number) => `psql -c "${"/*".repeat(n / 2)}"`],
    ["blanks in SQL", (n: number) => `psql -c "drop${" ".repeat(n)}x"`],
    ["commands of sed", (n: number) => `sed '${"s/a/b/;".repeat(n / 7)}' x`],
    ["slashes of sed", (n: number) => `sed 's${"/".repeat(n)}' x`],
    ["text for tr", (n: number) => `echo ${"a".repeat(n)} | tr a-z A-Z | sh`],
    ["commas of a setting", (n: number) => `git -c a=${",".repeat(n)} log`],
  ])("%s", (_, make) => {
    // The first run also compiles.
    workOf(make(2500));
    const small = workOf(make(2500));
    const large = workOf(make(20_000));
    expect(large).toBeLessThan(small * 10);
  });
});

/** Blocks of code run, each turn of a loop once, and characters that expressions have passed. */
function workOf(command: string): number {
  blocksRun();
  const passed = charactersPassed(() => judged(command));
  return blocksRun() + passed;
}

/** What the engine has counted since this was asked last. */
function blocksRun(): number {
  let blocks = 0;
  session.post("Profiler.takePreciseCoverage", (_error, { result }) => {
    const ranges = result.flatMap(({ functions }) => functions.flatMap((each) => each.ranges));
    blocks = ranges.reduce((sum, { count }) => sum + count, 0);
  });
  return blocks;
}

/** How far all expressions together read; what one goes back within itself is not in it. */
function charactersPassed(run: () => unknown): number {
  const expressions: object = RegExp.prototype;
  const exec = Object.getOwnPropertyDescriptor(expressions, "exec");
  const real: unknown = exec?.value;
  if (exec === undefined || typeof real !== "function") throw new Error("expressions have no exec to count");
  let passed = 0;
  const counted = function (this: RegExp, text: string): RegExpExecArray | null {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const met = Reflect.apply(real, this, [text]) as RegExpExecArray | null;
    const end = met === null ? (this.sticky ? from + 1 : text.length) : met.index + met[0].length;
    passed += Math.max(0, end - from);
    return met;
  };
  Object.defineProperty(expressions, "exec", { ...exec, value: counted });
  try {
    run();
  } finally {
    Object.defineProperty(expressions, "exec", exec);
  }
  return passed;
}
