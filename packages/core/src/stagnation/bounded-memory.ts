/** Puts an entry at the young end of a map and lets go of the oldest beyond `most`. O(1). */
export function keepYoung<K, V>(map: Map<K, V>, entry: readonly [key: K, value: V], most: number): void {
  const [key, value] = entry;
  if (map.size >= most || map.has(key)) map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

/** A list with one item more and at most `most` of the newest. */
export function withNewest<T>(items: readonly T[], item: T, most: number): readonly T[] {
  return items.length < most ? [...items, item] : [...items.slice(items.length + 1 - most), item];
}

/** How many calls a detection names as its proof. */
export const MOST_PROOF = 8;

/** How many files, commands or requests one detector remembers. */
export const MOST_SUBJECTS = 64;
