/** Values that are waited for, one after the other; after `close` the rest is still handed over. */
export class InputQueue<Value> implements AsyncIterable<Value> {
  readonly #values: Value[] = [];
  #closed = false;
  #wake: () => void = () => {};

  get closed(): boolean {
    return this.#closed;
  }

  push(value: Value): void {
    if (this.#closed) return;
    this.#values.push(value);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    for (;;) {
      const value = this.#values.shift();
      if (value !== undefined) yield value;
      else if (this.#closed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
