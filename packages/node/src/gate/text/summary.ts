/** The number that stands before a word in a summary line, or 0: `2 failed | 1 passed`, `3 failed, 1 passed`. */
export function numberBefore(line: string, word: string): number {
  return Number(new RegExp(`(?:^|[^\\d])(\\d{1,9}) ${word}\\b`).exec(line)?.[1] ?? 0);
}

/** The sum of the given numbers. */
export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
