import { plainBlock } from "../projection/plain-text.ts";

/**
 * A digest of 53 bits with the text's length. Linear in at most 32 KiB: of a longer text only its two ends are
 * looked at. No protection against someone who wants two texts to look the same; he would only stop himself.
 */
export function digestOf(text: string): string {
  const bounded = endsOf(text);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < bounded.length; index += 1) {
    const code = bounded.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  const bits = 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
  return `${bits.toString(36)}.${text.length.toString(36)}`;
}

/** A result without what differs each time: colours, times of day and measured durations. Counts stay. */
export function settledText(text: string): string {
  const ends = endsOf(text);
  const plain = ends.includes("\u001b") ? plainBlock(ends, MOST_LENGTH + 64) : ends;
  return plain.replace(MEASURED, "#").trim();
}

/**
 * What a failing check says is wrong: its lines of failure without places and durations, in any order. Where
 * no line says so, all lines count. Two runs with the same digest failed in the same way.
 */
export function failureDigest(output: string): string {
  const lines = withoutPlaces(settledText(output)).split("\n").slice(-MOST_LINES);
  const failing = lines.filter((line) => FAILURE.test(line.slice(0, MOST_LINE)));
  const told = (failing.length === 0 ? lines : failing).map((line) => line.slice(0, MOST_LINE).trim());
  return digestOf([...new Set(told)].toSorted().join("\n"));
}

/** Whether an output names a failure at all. */
export function namesFailure(output: string): boolean {
  return settledText(output)
    .split("\n")
    .slice(-MOST_LINES)
    .some((line) => FAILURE.test(line.slice(0, MOST_LINE)) && !NO_FAILURE.test(line.slice(0, MOST_LINE)));
}

/**
 * A text without moments and long numbers, such as ids of processes; short ones are counts, codes and ports.
 * A moment goes first, or its year would be taken out of it.
 */
export function withoutSerials(text: string): string {
  return settledText(text).replace(/\b\d{4,20}\b/gu, "#");
}

/** An error without what two tries of the same thing differ in: numbers, blanks and letter case. */
export function errorDigest(text: string): string {
  const settled = withoutPlaces(settledText(text)).toLowerCase();
  return digestOf(settled.replace(/\d{1,20}/gu, "#").replace(/\s{1,20}/gu, " "));
}

/** A text of bounded length that stands for any value; keys in order, so that equal values are equal texts. */
export function canonicalText(value: unknown, depth = 0): string {
  if (typeof value === "string") return value.length <= 200 ? JSON.stringify(value) : digestOf(value);
  if (Array.isArray(value)) {
    if (depth >= MOST_DEPTH) return `[${value.length}]`;
    const items = value.slice(0, MOST_ITEMS).map((item: unknown) => canonicalText(item, depth + 1));
    return `[${value.length}:${items.join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (depth >= MOST_DEPTH) return `{${entries.length}}`;
  const fields = entries
    .slice(0, MOST_ITEMS)
    .map(([key, item]) => `${key}=${canonicalText(item, depth + 1)}`);
  return `{${entries.length}:${fields.join(",")}}`;
}

const MOST_LENGTH = 32 * 1024;
const MOST_LINES = 400;
const MOST_LINE = 300;
const MOST_DEPTH = 5;
const MOST_ITEMS = 40;

/** Every quantifier is bounded, so that no text can make a search slow. The second is a moment in a file's name. */
const MEASURED =
  /\b(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?\b|\b\d{4}-\d\d-\d\d[T_]\d\d[_-]\d\d[_-]\d\d[\d_-]{0,12}(?:Z|\b)|\b(?:\d{1,9}\.\d{1,9} ?(?:ms|s|secs?|seconds?|m)|\d{1,9} ?ms)\b/gu;
const FAILURE = /\b(?:fail(?:ed|ures?|ing|s)?|errors?|not ok|panicked|exception)\b|Error\b|[✗✕✖×]/iu;
const NO_FAILURE =
  /\b(?:0|no|without(?: any)?) (?:fail(?:ed|ures?|ing)?|errors?)\b|\b(?:fail(?:ed|ures?)?|errors?):? 0\b/iu;

function endsOf(text: string): string {
  if (text.length <= MOST_LENGTH) return text;
  return `${text.slice(0, MOST_LENGTH / 2)}\n${text.slice(-MOST_LENGTH / 2)}`;
}

function withoutPlaces(text: string): string {
  return text
    .replace(/:\d{1,9}(?::\d{1,9})?/gu, ":#")
    .replace(/\(\d{1,9},\d{1,9}\)/gu, "(#)")
    .replace(/\bline \d{1,9}/giu, "line #")
    .replace(/\b(?:in|took|after) \d{1,9} ?(?:s|secs?|seconds?|min|minutes?)\b/giu, "in #")
    .replace(/\b\d{1,4}[-/]\d\d[-/]\d\d\b|\b0x[\da-f]{1,16}\b/giu, "#");
}
