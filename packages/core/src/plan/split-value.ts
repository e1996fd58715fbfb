import type { KeyShape } from "./plan-key.ts";

/** A part of a value and where it stands in it; quotes of code are not part of it. */
export type ValuePart = { readonly text: string; readonly offset: number; readonly length: number };

/**
 * Splits the value of a task's key as a person wrote it after the colon.
 *
 * `codes` is split at commas outside backticks and braces. `prose` is one part, unless every part between
 * commas stands in backticks. `single` is always one. An empty value has no parts.
 */
export function splitValue(text: string, shape: KeyShape): readonly ValuePart[] {
  const whole = partOf(text, 0, text.length);
  if (whole.length === 0) return [];
  if (shape === "single") return [whole];
  const pieces = pieceBounds(text).map(([from, to]) => partOf(text, from, to));
  const parts = pieces.filter((piece) => piece.length > 0);
  if (shape === "codes") return parts;
  const allCode =
    parts.length > 1 && parts.every((part) => text.charAt(part.offset - 1) === "`" || part.text === "");
  return allCode ? parts : [whole];
}

/** A text without the backticks that make it code, if it is one code span as a whole. */
export function unwrapCode(text: string): string {
  return partOf(text, 0, text.length).text;
}

/** A text as one code span that `unwrapCode` reads back, with as many backticks as it needs. */
export function wrapCode(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad =
    text.startsWith("`") || text.endsWith("`") || (/^ .* $/.test(text) && text.trim() !== "") ? " " : "";
  return fence + pad + text + pad + fence;
}

/** Bounds of the pieces between commas that stand outside code and braces. */
function pieceBounds(text: string): readonly (readonly [number, number])[] {
  const bounds: [number, number][] = [];
  let from = 0;
  let braces = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "`") at = endOfCode(text, at) - 1;
    else if (char === "{") braces += 1;
    else if (char === "}") braces = Math.max(0, braces - 1);
    else if (char === "," && braces === 0) {
      bounds.push([from, at]);
      from = at + 1;
    }
  }
  bounds.push([from, text.length]);
  return bounds;
}

/** The place behind the code span that starts here; just behind the backticks where none is closed. */
function endOfCode(text: string, start: number): number {
  let fence = start;
  while (text.charAt(fence) === "`") fence += 1;
  const length = fence - start;
  for (let at = text.indexOf("`", fence); at !== -1;) {
    let end = at;
    while (text.charAt(end) === "`") end += 1;
    if (end - at === length) return end;
    at = text.indexOf("`", end);
  }
  return fence;
}

function partOf(text: string, from: number, to: number): ValuePart {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charAt(start))) start += 1;
  while (end > start && isBlank(text.charAt(end - 1))) end -= 1;
  if (text.charAt(start) === "`" && end - start > 2 && endOfCode(text.slice(0, end), start) === end) {
    while (text.charAt(start) === "`" && text.charAt(end - 1) === "`" && start < end - 1) {
      start += 1;
      end -= 1;
    }
    const padded = text.charAt(start) === " " && text.charAt(end - 1) === " " && end - start > 2;
    if (padded && text.slice(start, end).trim() !== "") {
      start += 1;
      end -= 1;
    }
  }
  return { text: text.slice(start, end), offset: start, length: end - start };
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r";
}
