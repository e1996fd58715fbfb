/** Why a text cannot be the name of a file in a repository; `text` completes "it …". */
export type PathFault = { readonly kind: PathFaultKind; readonly text: string };
export type PathFaultKind =
  | "empty"
  | "absolute"
  | "dots"
  | "empty-segment"
  | "backslash"
  | "invisible"
  | "look-alike";

/**
 * Says why nothing may be written at this path, or `undefined` where the name itself is fine.
 *
 * A path is relative to the root of the repository, separated by `/` and already normalised. Names that show
 * as something else than they are (control, bidirectional and zero-width characters, characters that
 * normalise to `.` or `/`) are refused, because a person could not see what they approve.
 */
export function faultOfPath(path: string): PathFault | undefined {
  if (path === "") return { kind: "empty", text: "is empty" };
  if (path.startsWith("/")) return { kind: "absolute", text: "begins with /" };
  for (const segment of path.split("/")) {
    if (segment === "") return { kind: "empty-segment", text: "has an empty folder name" };
    if (segment === "." || segment === "..") return { kind: "dots", text: `has the folder name ${segment}` };
  }
  return isPlainAscii(path) ? undefined : faultOfCharacters(path);
}

/** The first character of a text that no name may hold, with its position (from 1, in characters). */
export function faultyCharacter(text: string): (PathFault & { readonly at: number }) | undefined {
  let at = 0;
  for (const char of text) {
    at += 1;
    const fault = faultOfCharacter(char);
    if (fault !== undefined) return { ...fault, at };
  }
  return undefined;
}

/** A name in quotation marks for people; whatever they could not see is written as `\u{…}`. */
export function quoteName(text: string): string {
  let shown = "";
  for (const char of text) shown += isInvisible(char) ? `\\u{${codeOf(char).toString(16)}}` : char;
  return `"${shown}"`;
}

/**
 * Adds one character to the shape of a file name: 0 nothing yet, 1 reads as `.`, 2 reads as `..`, 3 a real
 * name. Characters that only look like dots count as what they normalise to.
 */
export function nameShapeAfter(shape: number, char: string): number {
  if (shape === REAL_NAME) return REAL_NAME;
  const plain = char === "." ? char : char.normalize("NFKC");
  return plain === "." || plain === ".." ? Math.min(REAL_NAME, shape + plain.length) : REAL_NAME;
}

/** The shape of a name that is neither empty nor made of one or two dots. */
export const REAL_NAME = 3;

/** One spelling for all names that a case-insensitive or normalising file system may take for the same. */
export function foldCase(name: string): string {
  return isPlainAscii(name) ? name.toLowerCase() : name.toUpperCase().toLowerCase().normalize("NFC");
}

/** Whether a file system may skip the character when it compares names. */
export function isIgnorable(char: string): boolean {
  return inRanges(codeOf(char), IGNORABLE);
}

/** Whether the text holds printable ASCII without `\` only, which needs no closer look. */
export function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === 0x5c) return false;
  }
  return true;
}

function faultOfCharacters(path: string): PathFault | undefined {
  const fault = faultyCharacter(path);
  if (fault !== undefined) return { kind: fault.kind, text: fault.text };
  for (const segment of path.split("/")) {
    let shape = 0;
    for (const char of segment) shape = nameShapeAfter(shape, char);
    if (shape < REAL_NAME) return { kind: "look-alike", text: "has a folder name that only looks like dots" };
  }
  return undefined;
}

function faultOfCharacter(char: string): PathFault | undefined {
  if (char === "\\") return { kind: "backslash", text: "contains \\" };
  if (isInvisible(char)) {
    return { kind: "invisible", text: `contains the invisible character U+${hexOf(char)}` };
  }
  if (char === "/" || codeOf(char) < 0x80 || !char.normalize("NFKC").includes("/")) return undefined;
  return { kind: "look-alike", text: `contains U+${hexOf(char)}, which reads as /` };
}

function isInvisible(char: string): boolean {
  return inRanges(codeOf(char), INVISIBLE);
}

function inRanges(code: number, ranges: readonly (readonly [number, number])[]): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}

function hexOf(char: string): string {
  return codeOf(char).toString(16).toUpperCase().padStart(4, "0");
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}

/** Control, separator, bidirectional, zero-width and tag characters, and half a surrogate pair. */
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

/** What HFS+ or Unicode's "default ignorable" leaves out of a comparison. */
const IGNORABLE: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
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
  [0xfff0, 0xfff8],
  [0xe0000, 0xe0fff],
];
