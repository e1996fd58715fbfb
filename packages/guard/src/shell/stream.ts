import { HOLE } from "./arg.ts";

/** Where a text comes from, if that matters to who executes or sends it. */
export type Taint = "remote" | "decoded" | "environment" | "secret";

/** The text that a command prints, as far as the command line shows it. */
export type Stream = { readonly text: string; readonly taint?: Taint };

const LONGEST_TEXT = 65_536;

/** Nothing is printed. */
export const SILENT: Stream = { text: "" };

/** Something is printed, and the command line does not show what. */
export const UNSEEN: Stream = { text: HOLE };

/** An unseen text of known origin. */
export const unseenFrom = (taint: Taint | undefined): Stream => (taint ? { text: HOLE, taint } : UNSEEN);

/** Two outputs after each other; the first taint stays. */
export function joinStreams(first: Stream, second: Stream): Stream {
  if (first.text === "" && first.taint === undefined) return second;
  if (second.text === "" && second.taint === undefined) return first;
  const text = first.text + second.text;
  const taint = first.taint ?? second.taint;
  const bounded = text.length > LONGEST_TEXT ? HOLE : text;
  return taint === undefined ? { text: bounded } : { text: bounded, taint };
}

/** A text with its origin, where that is known. */
export function withTaint(text: string, taint: Taint | undefined): Stream {
  return taint === undefined ? { text } : { text, taint };
}
