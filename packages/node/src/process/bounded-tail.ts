/**
 * Keeps the last `limit` bytes of a stream and forgets the rest, however much arrives.
 * Memory stays below twice the limit plus one chunk.
 */
export class BoundedTail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #held = 0;

  constructor(limit: number) {
    this.#limit = Math.max(0, limit);
  }

  add(chunk: Buffer): void {
    // A slice of a large chunk would keep the whole chunk alive, hence the copy.
    const kept = chunk.length > this.#limit ? Buffer.from(chunk.subarray(chunk.length - this.#limit)) : chunk;
    this.#chunks.push(kept);
    this.#held += kept.length;
    if (this.#held > this.#limit * 2) this.#compact();
  }

  /** The tail seen so far; a copy that the caller owns. */
  read(): Buffer {
    this.#compact();
    return Buffer.concat(this.#chunks);
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    const tail = all.length > this.#limit ? Buffer.from(all.subarray(all.length - this.#limit)) : all;
    this.#chunks = [tail];
    this.#held = tail.length;
  }
}
