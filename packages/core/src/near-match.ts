/** Longest word worth comparing; anything longer is no typing error of a key. */
const longest = 64;

/**
 * The candidate that a misspelt word most likely meant, or `undefined`.
 *
 * Case is ignored. At most two edits (insert, delete, replace, swap neighbours) are forgiven, one for words
 * of up to four letters, so that short keys do not match everything. The first of equals wins.
 */
export function nearMatch(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > longest) return undefined;
  const wanted = word.toLowerCase();
  let limit = wanted.length > 4 ? 2 : 1;
  let best: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > limit) continue;
    if (best !== undefined && distance === limit) continue;
    limit = distance;
    best = candidate;
  }
  return best;
}

/** Damerau's distance in its restricted form: no part of the text is edited twice. */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = at(last, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const swapped = isSwap(left, right, row, column) ? at(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function isSwap(left: string, right: string, row: number, column: number): boolean {
  return row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
