/** Milliseconds on a clock that never goes back; the only place of this package that asks the system for time. */
export function monotonicMs(): number {
  return performance.now();
}
