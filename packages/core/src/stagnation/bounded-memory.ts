/** Puts an entry at the young end of a map and lets go of the oldest beyond `most`. O(1). */
export function keepYoung<K, V>(map: Map<K, V>, entry: readonly [key: K, value: V], most: number): void {
  const [key, value] = entry;
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** A list with one item more and at most `most` of the newest. */
export function withNewest<T>(items: readonly T[], item: T, most: number): readonly T[] {
  return [...items.slice(Math.max(0, items.length + 1 - most)), item];
}

/** How many calls a detection names as its proof. */
export const MOST_PROOF = 8;

/** How many files, commands or requests one detector remembers. */
export const MOST_SUBJECTS = 64;
