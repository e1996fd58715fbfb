/**
 * Cuts a stream of bytes into lines without ever holding more than one of the longest length. `push` gives
 * the lines that became whole, without their newlines; `undefined` once a line is too long, for good.
 */
export type LineSplitter = { readonly push: (chunk: Buffer) => readonly Buffer[] | undefined };

const NEWLINE = 0x0a;

/** Makes a splitter for lines of at most `limit` bytes, newline included. */
export function splitLines(limit: number): LineSplitter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let spoiled = false;
  const push = (chunk: Buffer): readonly Buffer[] | undefined => {
    const lines: Buffer[] = [];
    let start = 0;
    while (!spoiled) {
      const end = chunk.indexOf(NEWLINE, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      spoiled = heldBytes + part.length + 1 > limit;
      if (spoiled) break;
      held.push(part);
      heldBytes += part.length;
      if (end < 0) return lines;
      lines.push(Buffer.concat(held));
      held = [];
      heldBytes = 0;
      start = end + 1;
    }
    held = [];
    return undefined;
  };
  return { push };
}
