import { plainLine } from "@breakwater/core";

/** Made only for text that needs it, because making one takes as long as a whole start of Node. */
let segmenter: Intl.Segmenter | undefined;

function clusters(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
}

const ASCII = /^[\x20-\x7e]*$/u;

/** Characters of one column each, which need no further look: ASCII and the marks and lines that we draw. */
const NARROW = /^[\x20-\x7e○◆▸✓✗■─…↑↓␣⏎]*$/u;

/** How many columns a harmless text takes: wide characters two, marks none, everything else one. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const { segment } of clusters(text)) width += clusterWidth(segment);
  return width;
}

/** How a text is fitted: which side is padded, and what stands for what is cut. */
export type Fit = { readonly align?: "left" | "right"; readonly ascii?: boolean };

/**
 * A foreign text as exactly `width` columns: made harmless, cut with `…` (`~` in ASCII) where it is longer,
 * padded where it is shorter. A wide character that would stick out is left out whole.
 */
export function fitText(text: string, width: number, fit: Fit = {}): string {
  const shown = cutText(text, width, fit);
  const pad = " ".repeat(Math.max(0, width - displayWidth(shown)));
  return fit.align === "right" ? pad + shown : shown + pad;
}

/** Like `fitText`, but a shorter text stays as short as it is. */
export function cutText(text: string, width: number, { ascii = false }: Fit = {}): string {
  if (width <= 0) return "";
  const plain = plainLine(text, 4 * width + 100);
  const shown = ascii ? asciiOnly(plain) : plain;
  if (displayWidth(shown) <= width) return shown;
  if (NARROW.test(shown)) return `${shown.slice(0, width - 1)}${ascii ? "~" : "…"}`;
  let kept = "";
  let room = width - 1;
  for (const { segment } of clusters(shown)) {
    const size = clusterWidth(segment);
    if (size > room) break;
    kept += segment;
    room -= size;
  }
  return `${kept}${ascii ? "~" : "…"}`;
}

/** Every character outside ASCII as question marks of the same width. */
function asciiOnly(text: string): string {
  if (ASCII.test(text)) return text;
  return Array.from(clusters(text), ({ segment }) =>
    ASCII.test(segment) ? segment : "?".repeat(clusterWidth(segment)),
  ).join("");
}

function clusterWidth(cluster: string): number {
  const code = cluster.codePointAt(0) ?? 0;
  if (code < 0x7f) return code < 0x20 ? 0 : 1;
  if (/^[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]/u.test(cluster)) return 0;
  return isWide(code) || /^\p{RI}/u.test(cluster) || /^\p{Emoji_Presentation}/u.test(cluster) ? 2 : 1;
}

/** Ranges that Unicode calls wide or full-width. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

const isWide = (code: number): boolean =>
  code >= 0x1100 && WIDE.some(([low, high]) => code >= low && code <= high);
