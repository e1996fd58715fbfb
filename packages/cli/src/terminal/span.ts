import { cutText, displayWidth } from "./text-width.ts";

/** How a piece of a line looks; a look never carries meaning alone. */
export type Look = "plain" | "dim" | "bold" | "good" | "bad" | "warn" | "busy" | "odd";

/** A piece of a line. Its text is made harmless when it is drawn. */
export type Span = { readonly text: string; readonly look: Look };

/** What the terminal can show. */
export type Paper = { readonly width: number; readonly color: boolean; readonly ascii: boolean };

const SGR: Readonly<Record<Look, string>> = {
  plain: "",
  dim: "2",
  bold: "1",
  good: "32",
  bad: "31",
  warn: "33",
  busy: "36",
  odd: "35",
};

export const span = (text: string, look: Look = "plain"): Span => ({ text, look });

/**
 * Draws spans as one line of at most the paper's width, with colours where it has them.
 *
 * The only escape sequences in it are ours. Spans keep their blanks at either end, which separate them.
 */
export function drawLine(spans: readonly Span[], paper: Paper): string {
  let room = paper.width;
  let line = "";
  for (const { text, look } of spans) {
    if (room <= 0) break;
    const inner = cutText(text, room, paper);
    const [before, after] = inner === "" ? [text.length, 0] : blanks(text);
    const padded = `${" ".repeat(Math.min(before, room))}${inner}`;
    const shown =
      cutColumns(padded, room, paper) + " ".repeat(Math.max(0, Math.min(after, room - displayWidth(padded))));
    room -= displayWidth(shown);
    line +=
      look === "plain" || !paper.color || shown.trim() === ""
        ? shown
        : `\u001b[${SGR[look]}m${shown}\u001b[0m`;
  }
  return line.trimEnd();
}

function cutColumns(text: string, room: number, paper: Paper): string {
  if (displayWidth(text) <= room) return text;
  const lead = text.length - text.trimStart().length;
  return " ".repeat(lead) + cutText(text, room - lead, paper);
}

/** Counts only plain blanks: a hostile text cannot push others off the line with anything else. */
function blanks(text: string): readonly [number, number] {
  return [text.length - text.replace(/^ +/u, "").length, text.length - text.replace(/ +$/u, "").length];
}

/** The columns that spans take together. */
export function spansWidth(spans: readonly Span[], paper: Paper): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(cutText(text, 10_000, paper)) + spare(text), 0);
}

const spare = (text: string): number =>
  text.trim() === "" ? text.length : blanks(text)[0] + blanks(text)[1];
