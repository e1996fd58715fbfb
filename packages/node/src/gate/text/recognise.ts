import { boundedLines } from "../plain-text.ts";
import type { Reading } from "../reading.ts";
import { looksLikeTap, readTap } from "../report/tap.ts";
import { readTestJson } from "../report/test-json.ts";
import { readEslintText } from "./eslint-text.ts";
import { readGoText } from "./go-text.ts";
import { readJestText } from "./jest-text.ts";
import { readMochaText } from "./mocha-text.ts";
import { readNodeTestText } from "./node-test-text.ts";
import { readPytestText } from "./pytest-text.ts";
import { readTscText } from "./tsc-text.ts";
import { readVitestText } from "./vitest-text.ts";

/**
 * Finds the summary of a known tool in plain output. Test runners come before compilers and linters,
 * whose lines a test may print. For a failed command a reading that shows the failure wins over one that
 * shows none, as in `test && lint`. `reporter` names the only tool to look for, where it is a known one.
 */
export function recogniseText(
  text: string,
  about: { readonly failed: boolean; readonly reporter?: string | undefined },
): Reading | undefined {
  const output = { text, lines: boundedLines(text) };
  const named = RECOGNISERS.filter(([name]) => name === about.reporter);
  const readings = (named.length > 0 ? named : RECOGNISERS).flatMap(([, read]) => read(output) ?? []);
  const showing = about.failed ? readings.find((each) => (each.counts.failed ?? 0) > 0) : undefined;
  return showing ?? readings[0];
}

type Output = { readonly text: string; readonly lines: readonly string[] };
type Recogniser = (output: Output) => Reading | undefined;

/** In order of precedence; the names are the values of `reporter` in a plan. */
const RECOGNISERS: readonly (readonly [string, Recogniser])[] = [
  ["tap", ({ lines }) => (looksLikeTap(lines) ? readTap(lines) : undefined)],
  ["json", ({ text }) => readJsonLine(text)],
  ["vitest", ({ lines }) => readVitestText(lines)],
  ["jest", ({ lines }) => readJestText(lines)],
  ["node", ({ lines }) => readNodeTestText(lines)],
  ["mocha", ({ lines }) => readMochaText(lines)],
  ["pytest", ({ lines }) => readPytestText(lines)],
  ["go", ({ lines }) => readGoText(lines)],
  ["eslint", ({ lines }) => readEslintText(lines)],
  ["tsc", ({ lines }) => readTscText(lines)],
];

/** jest and vitest print their JSON report as one line, however long. */
function readJsonLine(text: string): Reading | undefined {
  const start = text.startsWith('{"num') ? 0 : text.lastIndexOf('\n{"num') + 1;
  if (start === 0 && !text.startsWith('{"num')) return undefined;
  const end = text.indexOf("\n", start);
  return readTestJson(text.slice(start, end === -1 ? undefined : end));
}
