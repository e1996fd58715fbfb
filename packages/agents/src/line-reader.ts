/** A line without its end. `lost` is how many bytes of it were dropped because it was too long. */
export type BoundedLine = { readonly text: string; readonly lost: number };

/**
 * Cuts a byte stream into lines and keeps at most `limit` bytes of each, so that a line without end costs no
 * memory. Feed it with `add`; `end` hands over a last line that had no line end.
 */
export class LineReader {
  readonly #limit: number;
  readonly #onLine: (line: BoundedLine) => void;
  #parts: Buffer[] = [];
  #held = 0;
  #lost = 0;

  constructor(limit: number, onLine: (line: BoundedLine) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(NEWLINE, from);
      if (at === -1) break;
      this.#keep(chunk.subarray(from, at));
      this.#emit();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  end(): void {
    if (this.#held > 0 || this.#lost > 0) this.#emit();
  }

  #keep(part: Buffer): void {
    const room = this.#limit - this.#held;
    // A slice would keep the whole chunk alive, hence the copy.
    if (room > 0 && part.length > 0) this.#parts.push(Buffer.from(part.subarray(0, room)));
    this.#held += Math.min(room, part.length);
    this.#lost += Math.max(0, part.length - room);
  }

  #emit(): void {
    const line = { text: Buffer.concat(this.#parts).toString("utf8"), lost: this.#lost };
    this.#parts = [];
    this.#held = 0;
    this.#lost = 0;
    this.#onLine(line);
  }
}

const NEWLINE = 0x0a;
