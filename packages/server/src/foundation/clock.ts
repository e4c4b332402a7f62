/** Time and timers come in through this interface, so that tests can freeze and step them. */
export interface Clock {
  /** Wall clock, nanoseconds since the Unix epoch. */
  nowNs(): bigint;
  /** Wall clock, milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Monotonic milliseconds, for durations and deadlines. */
  monotonicMs(): number;
  /** Runs `callback` once after `delayMs`; the timer does not keep the process alive. */
  schedule(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Delays beyond this overflow the platform's timers; longer ones are reached in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowNs: () => process.hrtime.bigint() + epochOffsetNs(),
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, callback) {
    let handle: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(Math.max(remainingMs, 0), LONGEST_TIMER_MS);
      handle = setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : callback()), stepMs);
      handle.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

let offsetNs: bigint | undefined;
let offsetCheckedAtMs = 0;

/**
 * The high-resolution counter has no epoch, and the wall clock only counts milliseconds. The counter leads; when
 * the wall clock was set (NTP, an operator) and the two differ by more than its resolution, the wall clock wins.
 */
function epochOffsetNs(): bigint {
  const atMs = performance.now();
  if (offsetNs !== undefined && atMs - offsetCheckedAtMs < 1000) return offsetNs;
  offsetCheckedAtMs = atMs;
  const measuredNs = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  const differenceNs = measuredNs - (offsetNs ?? 0n);
  if (offsetNs === undefined || differenceNs > 2_000_000n || differenceNs < -2_000_000n)
    offsetNs = measuredNs;
  return offsetNs;
}
