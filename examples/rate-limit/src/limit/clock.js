/** Milliseconds that never go backwards. */
export function monotonic() {
  return performance.now();
}
