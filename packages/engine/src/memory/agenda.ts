import type { ClockPort } from "../port.ts";
import type { Random } from "./random.ts";

type Item = { readonly at: number; readonly turn: number; readonly run: () => void; cancelled: boolean };

/**
 * A clock that stands still until told to go on, and everything that is to happen later. What falls into
 * the same moment is drawn in a seeded order, so that interleavings can be searched and repeated.
 */
export class Agenda implements ClockPort {
  readonly #random: Random;
  #items: Item[] = [];
  #now: number;

  constructor(random: Random, start: number) {
    this.#random = random;
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly wakeAt = (at: number, ring: () => void): (() => void) => {
    const item: Item = {
      at: Math.max(at, this.#now),
      turn: this.#random.next(),
      run: ring,
      cancelled: false,
    };
    this.#items.push(item);
    return () => {
      item.cancelled = true;
    };
  };

  /** Plans something after a delay in milliseconds. */
  after(delay: number, run: () => void): void {
    this.wakeAt(this.#now + delay, run);
  }

  /** Lets the next planned thing happen; false when nothing is planned. */
  step(): boolean {
    this.#items = this.#items.filter((each) => !each.cancelled);
    const [first, ...others] = this.#items;
    if (first === undefined) return false;
    const next = others.reduce((best, each) => (isBefore(each, best) ? each : best), first);
    this.#items = this.#items.filter((each) => each !== next);
    this.#now = next.at;
    next.run();
    return true;
  }
}

function isBefore(a: Item, b: Item): boolean {
  return a.at === b.at ? a.turn < b.turn : a.at < b.at;
}
