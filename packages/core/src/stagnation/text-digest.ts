import { plainBlock } from "../projection/plain-text.ts";
import { type Fingerprint, fingerprintOf, looseFingerprint, MOST_LENGTH } from "./fingerprint.ts";

/** Stands for a result without what differs each time: colours, moments and measured durations. Counts stay. */
export function settledDigest(text: string): Fingerprint {
  return fingerprintOf(settledText(text));
}

/**
 * What a failing check says is wrong: its lines of failure without places and durations, in any order. Where
 * no line says so, all lines count. Two runs with the same digest failed in the same way.
 */
export function failureDigest(output: string): Fingerprint {
  const text = plainText(output);
  return digestOfLines(text, failingLines(text));
}

/** The same for a check that succeeded; undefined where its output names no failure. */
export function namedFailureDigest(output: string): Fingerprint | undefined {
  const text = plainText(output);
  const failing = failingLines(text);
  const named = failing.some((line) => !NO_FAILURE.test(line.slice(0, MOST_LINE)));
  return named ? digestOfLines(text, failing) : undefined;
}

/** The same for the error of a command; without long numbers, such as ids of processes. */
export function commandErrorDigest(output: string): Fingerprint {
  // A moment goes first, or its year would be taken out of it.
  const text = settledText(output).replace(/\b\d{4,20}\b/gu, "#");
  return digestOfLines(text, failingLines(text));
}

function digestOfLines(text: string, failing: readonly string[]): Fingerprint {
  const told = failing.length === 0 ? text.split("\n").slice(-MOST_LINES) : failing;
  const lines = told.map((line) => withoutPlaces(line.slice(0, MOST_LINE).replace(MEASURED, "#")).trim());
  return fingerprintOf(lines.length === 1 ? (lines[0] ?? "") : [...new Set(lines)].toSorted().join("\n"));
}

/** The last lines that say so in their first words; a text that does not is only looked through once. */
function failingLines(text: string): readonly string[] {
  const lines: string[] = [];
  FAILURE.lastIndex = 0;
  for (let found = FAILURE.exec(text); found !== null; found = FAILURE.exec(text)) {
    const start = text.lastIndexOf("\n", found.index) + 1;
    const next = text.indexOf("\n", found.index);
    const end = next === -1 ? text.length : next;
    if (found.index - start < MOST_LINE) lines.push(text.slice(start, end));
    FAILURE.lastIndex = end + 1;
  }
  return lines.length <= MOST_LINES ? lines : lines.slice(-MOST_LINES);
}

/** An error without what two tries of the same thing differ in: numbers, blanks and letter case. */
export function errorDigest(text: string): Fingerprint {
  const settled = settledText(text);
  return looseFingerprint(settled.includes("0x") ? withoutPlaces(settled) : settled);
}

function settledText(text: string): string {
  return plainText(text).replace(MEASURED, "#").trim();
}

/** Without colours, and of a long text only the ends. */
function plainText(text: string): string {
  const ends =
    text.length <= MOST_LENGTH ? text : `${text.slice(0, MOST_LENGTH / 2)}\n${text.slice(-MOST_LENGTH / 2)}`;
  return ends.includes("\u001b") ? plainBlock(ends, MOST_LENGTH + 64) : ends;
}

const MOST_LINES = 400;
const MOST_LINE = 300;

/** Every quantifier is bounded, so that no text can make a search slow. The second is a moment in a file's name. */
const MEASURED =
  /\b(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?\b|\b\d{4}-\d\d-\d\d[T_]\d\d[_-]\d\d[_-]\d\d[\d_-]{0,12}(?:Z|\b)|\b(?:\d{1,9}\.\d{1,9} ?(?:ms|s|secs?|seconds?|m)|\d{1,9} ?ms)\b/gu;
const FAILURE = /\b(?:fail(?:ed|ures?|ing|s)?|errors?|not ok|panicked|exception)\b|Error\b|[✗✕✖×]/giu;
const NO_FAILURE =
  /\b(?:0|no|without(?: any)?) (?:fail(?:ed|ures?|ing)?|errors?)\b|\b(?:fail(?:ed|ures?)?|errors?):? 0\b/iu;

const PLACE =
  /:\d{1,9}(?::\d{1,9})?|\(\d{1,9},\d{1,9}\)|\bline \d{1,9}|\b(?:in|took|after) \d{1,9} ?(?:s|secs?|seconds?|min|minutes?)\b|\b\d{1,4}[-/]\d\d[-/]\d\d\b|\b0x[\da-f]{1,16}\b/giu;

function withoutPlaces(text: string): string {
  return text.replace(PLACE, "#");
}
