/** Milliseconds on a clock that never goes back. */
export function monotonicMs(): number {
  return performance.now();
}
