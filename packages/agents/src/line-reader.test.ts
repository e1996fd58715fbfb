import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BoundedLine, LineReader } from "./line-reader.ts";

function read(limit: number, chunks: readonly Buffer[]): readonly BoundedLine[] {
  const lines: BoundedLine[] = [];
  const reader = new LineReader(limit, (line) => lines.push(line));
  for (const chunk of chunks) reader.add(chunk);
  reader.end();
  return lines;
}

describe("reading lines", () => {
  it("gives the same lines however the bytes are cut into chunks", () => {
    const text = fc
      .array(fc.constantFrom("a", "é", "\n", "😀"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (text, size) => {
        const bytes = Buffer.from(text);
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const expected =
          text.endsWith("\n") || text === "" ? text.split("\n").slice(0, -1) : text.split("\n");
        expect(read(1_000, chunks).map((line) => line.text)).toEqual(expected);
      }),
    );
  });

  it("keeps the start of a line that is too long and counts the rest", () => {
    const chunks = [Buffer.from("abc"), Buffer.from("defg\nxy"), Buffer.from("\n")];
    expect(read(4, chunks)).toEqual([
      { text: "abcd", lost: 3 },
      { text: "xy", lost: 0 },
    ]);
  });
});
