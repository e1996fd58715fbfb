/** Puts an entry at the young end of a map and lets go of the oldest beyond `most`. O(1). */
export function keepYoung<K, V>(map: Map<K, V>, entry: readonly [key: K, value: V], most: number): void {
  const [key, value] = entry;
  if (map.size >= most || map.has(key)) map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

/**
 * A map that forgets: it holds at least the last `most` entries that were set or found, and at most twice as
 * many. Two generations instead of an order, because entries are only ever added and then all let go at once.
 */
export class RecentMap<K, V> {
  readonly #most: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined || this.#old.size === 0) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#most) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

/**
 * The same for fingerprints. They are mixed already, so that a place follows from the key without hashing it
 * again; all memory is taken when it is opened.
 */
export class RecentTable<V> {
  readonly #most: number;
  readonly #mask: number;
  #young: Slots<V>;
  #old: Slots<V>;

  /** `most` is a power of two. */
  constructor(most: number) {
    this.#most = most;
    this.#mask = most * 4 - 1;
    this.#young = openSlots(most * 4);
    this.#old = openSlots(most * 4);
  }

  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0;
  }

  get(key: number): V | undefined {
    const young = this.#young.values[this.#placeOf(this.#young, key)];
    if (young !== undefined || this.#old.size === 0) return young;
    const old = this.#old.values[this.#placeOf(this.#old, key)];
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: number, value: V): void {
    const young = this.#young;
    const place = this.#placeOf(young, key);
    if (young.keys[place] !== key) young.size += 1;
    young.keys[place] = key;
    young.values[place] = value;
    if (young.size < this.#most) return;
    this.#young = this.#old;
    this.#old = young;
    clearSlots(this.#young);
  }

  /** The place stays taken, so that what was put behind it is still found. */
  delete(key: number): void {
    this.#young.values[this.#placeOf(this.#young, key)] = undefined;
    this.#old.values[this.#placeOf(this.#old, key)] = undefined;
  }

  /** Where a key is, or where it would be put; at most a quarter of the places is taken. */
  #placeOf({ keys }: Slots<V>, key: number): number {
    let place = key & this.#mask;
    while (keys[place] !== key && keys[place] !== FREE) place = (place + 1) & this.#mask;
    return place;
  }
}

type Slots<V> = { readonly keys: Float64Array; readonly values: (V | undefined)[]; size: number };

/** No fingerprint is negative. */
const FREE = -1;

function openSlots<V>(length: number): Slots<V> {
  return { keys: new Float64Array(length).fill(FREE), values: Array.from({ length }), size: 0 };
}

function clearSlots<V>(slots: Slots<V>): void {
  slots.keys.fill(FREE);
  slots.values.fill(undefined);
  slots.size = 0;
}

/** A list with one item more and at most `most` of the newest. */
export function withNewest<T>(items: readonly T[], item: T, most: number): readonly T[] {
  return items.length < most ? [...items, item] : [...items.slice(items.length + 1 - most), item];
}

/** How many calls a detection names as its proof. */
export const MOST_PROOF = 8;

/** How many files, commands or requests one detector remembers at least. */
export const MOST_SUBJECTS = 64;
