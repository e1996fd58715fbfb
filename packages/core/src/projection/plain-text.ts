/**
 * A text on one line that no terminal, page or prompt can take for anything but text.
 *
 * Whole escape sequences (colours, links, titles, clipboard) go, and so do control, bidirectional, zero-width
 * and tag characters, so that what a person reads is what is there. Line ends and tabs become a blank, and never do more than two blanks follow each other.
 * Longer than `max` code points, it is cut and ends with `…`. Linear; never throws.
 */
export function plainLine(text: string, max = 500): string {
  return cut(
    clean(text.replace(/\r\n/gu, "\n"), () => " ")
      .replace(/ {3,}/gu, "  ")
      .trim(),
    max,
  );
}

/** Like `plainLine`, but line ends stay and a tab becomes two blanks; at most `max` code points. */
export function plainBlock(text: string, max = 100_000): string {
  return cut(clean(text.replace(/\r\n?/gu, "\n"), (code) => (code === TAB ? "  " : "\n")).trimEnd(), max);
}

/** Cuts a text to `max` code points, the last of which is `…` where something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text);
  return points.length <= max ? text : `${points.slice(0, Math.max(0, max - 1)).join("")}…`;
}

/**
 * Breaks a line at blanks so that none of its parts is longer than `max` code points; all but the first begin with
 * `indent` blanks. A word that alone is too long is broken within. At least one line; never loses a character but
 * the blanks at which it breaks. `max` has to be greater than `indent`.
 */
export function folded(line: string, max: number, indent: number): readonly string[] {
  const points = Array.from(line);
  const lines: string[] = [];
  let from = 0;
  let margin = "";
  while (points.length - from > max - margin.length) {
    const room = max - margin.length;
    const blank = points.lastIndexOf(" ", from + room);
    const isAfterWords = blank > from && points.slice(from, blank).some((point) => point !== " ");
    const to = isAfterWords ? blank : from + room;
    lines.push(`${margin}${points.slice(from, to).join("").trimEnd()}`);
    from = isAfterWords ? blank + 1 : to;
    margin = " ".repeat(indent);
  }
  return [...lines, `${margin}${points.slice(from).join("")}`];
}

/** The common case, which needs no look at its characters: ASCII, Latin letters, arrows, lines and symbols. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2026\u2190-\u27bf]*$/u;
const TAB = 9;
const ESC = 0x1b;

/** Drops what is not plain; `blank` says what stands for a line end or a tab. */
function clean(text: string, blank: (code: number) => string): string {
  if (PLAIN.test(text)) return text;
  const points = Array.from(text, (point) => point.codePointAt(0) ?? 0);
  let kept = "";
  let from = 0;
  while (from < points.length) {
    const code = points[from] ?? 0;
    const next = sequenceEnd(points, from);
    if (next === from) {
      if (isBlank(code)) kept += blank(code);
      else if (code >= 0xd800 && code <= 0xdfff) kept += "\uFFFD";
      else if (!isHidden(code)) kept += String.fromCodePoint(code);
    }
    from = next === from ? from + 1 : next;
  }
  return kept;
}

/** Where an escape sequence that starts at `from` ends; `from` itself where none starts. */
function sequenceEnd(points: readonly number[], from: number): number {
  const code = points[from] ?? 0;
  const second = code === ESC ? points[from + 1] : code >= 0x80 && code <= 0x9f ? code - 0x40 : undefined;
  if (second === undefined) return from;
  const body = code === ESC ? from + 2 : from + 1;
  if (second === 0x5b) return controlEnd(points, body);
  // Operating-system command, device control string, and their siblings run to their terminator.
  if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(second)) return stringEnd(points, body);
  if (code !== ESC) return from;
  if (second >= 0x20 && second <= 0x2f) return body + 1;
  return second >= 0x30 && second <= 0x7e ? body : from;
}

/** A control sequence ends with its final byte, or before the first character that cannot belong to it. */
function controlEnd(points: readonly number[], body: number): number {
  let at = body;
  while (at < points.length && inRange(points[at], 0x20, 0x3f)) at += 1;
  return inRange(points[at], 0x40, 0x7e) ? at + 1 : at;
}

/** A control string ends with BEL or ST; one that never ends is cut at its line, so that it hides no more. */
function stringEnd(points: readonly number[], body: number): number {
  let at = body;
  while (at < points.length) {
    const code = points[at] ?? 0;
    if (code === 7 || code === 0x9c) return at + 1;
    if (code === ESC) return points[at + 1] === 0x5c ? at + 2 : at;
    if (isBlank(code)) return at;
    at += 1;
  }
  return at;
}

const inRange = (code: number | undefined, low: number, high: number): boolean =>
  code !== undefined && code >= low && code <= high;

/** Tab, line ends of every kind, and the separators that some renderers break lines at. */
function isBlank(code: number): boolean {
  return inRange(code, 9, 13) || code === 0x85 || code === 0x2028 || code === 0x2029;
}

const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** Characters that show nothing themselves and change or smuggle what is shown. */
function isHidden(code: number): boolean {
  if (code >= 0x20 && code < 0x7f) return false;
  return HIDDEN.some(([low, high]) => code >= low && code <= high);
}
