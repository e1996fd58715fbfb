/** Lines longer than this are cut before anything looks for names in them. */
const LONGEST_LINE = 4_000;

const TAIL_LINES = 80;
const TAIL_CHARACTERS = 16_000;

/**
 * Removes terminal control sequences, carriage returns and other control characters but newline and tab, and
 * marks that reorder text. Linear in the text: each sequence is consumed whole and none is looked at twice.
 */
export function plainText(text: string): string {
  return text.replaceAll(CONTROL, "");
}

/** In this order: sequences with parameters, texts for the terminal such as titles, short sequences, the rest. */
const CONTROL = new RegExp(
  [
    String.raw`\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\n]{0,2000}(?:\u0007|\u001b\\)?|[ -/]*[0-~]?)`,
    String.raw`[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+`,
  ].join("|"),
  "g",
);

/** The lines of a plain text, each of bounded length. */
export function boundedLines(text: string): string[] {
  return text.split("\n").map((line) => (line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line));
}

/** The last lines of a plain text, bounded in lines and characters. */
export function lastLines(text: string): string {
  const lines = text.trimEnd().slice(-TAIL_CHARACTERS).split("\n");
  return lines.slice(-TAIL_LINES).join("\n");
}
