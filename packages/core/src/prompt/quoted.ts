import { plainBlock } from "../projection/plain-text.ts";

/** Foreign text as a block quote: every line is marked, so that none can pose as a section of the prompt. */
export function quoted(text: string, max: number): readonly string[] {
  return plainBlock(text, max)
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`));
}
