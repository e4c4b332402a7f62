/** Time and timers, so that tests can step them. */
export interface PackageClock {
  nowMs(): number;
  monotonicMs(): number;
  /** Runs `callback` once after `delayMs`. */
  schedule(delayMs: number, callback: () => void): { cancel(): void };
}

export const systemClock: PackageClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

export function sleep(clock: PackageClock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(delayMs, resolve));
}
