const NANOSECONDS_PER_MS = 1_000_000;
/** What the part below a millisecond may be at most, so that the next millisecond never begins earlier. */
const BELOW_ONE_MS = NANOSECONDS_PER_MS - 1;

/** The time of day as Python sees it: the system's, or one moment at which it was stopped. */
export class WallClock {
  readonly #systemMs: () => number;
  readonly #monotonicMs: () => number;
  #frozenNs: bigint | undefined;
  #lastMs = 0;
  /** When, on the monotonic clock, the system's clock was first seen to show `#lastMs`. */
  #lastSeenAtMs = 0;

  constructor(systemMs: () => number, monotonicMs: () => number) {
    this.#systemMs = systemMs;
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Stops at this moment, or goes on when there is none. Monotonic clocks and sleep are not affected. Moments before
   * 1970 become 1970: the C library reads the time as an unsigned number.
   */
  freeze(timeNs: bigint | undefined): void {
    this.#frozenNs = timeNs !== undefined && timeNs < 0n ? 0n : timeNs;
  }

  /**
   * Finer than the system's milliseconds, and never behind them: points that a program stamps one after another must
   * not all get the same time.
   */
  nowNs(): bigint {
    if (this.#frozenNs !== undefined) return this.#frozenNs;
    const ms = this.#systemMs();
    const monotonicMs = this.#monotonicMs();
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      this.#lastSeenAtMs = monotonicMs;
    }
    const sinceNs = Math.floor((monotonicMs - this.#lastSeenAtMs) * NANOSECONDS_PER_MS);
    return BigInt(ms) * BigInt(NANOSECONDS_PER_MS) + BigInt(Math.min(sinceNs, BELOW_ONE_MS));
  }

  nowMs(): number {
    if (this.#frozenNs === undefined) return this.#systemMs();
    return Math.floor(Number(this.#frozenNs) / NANOSECONDS_PER_MS);
  }
}

/** The clock of this thread. The times of memory files follow it too: their code asks `Date.now`. */
export function takeOverWallClock(): WallClock {
  const systemMs = Date.now;
  const clock = new WallClock(systemMs, () => performance.now());
  Date.now = () => clock.nowMs();
  return clock;
}
