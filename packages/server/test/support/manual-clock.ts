import type { Clock, Timer } from "#src/foundation/index.js";

interface Planned {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #nowMs: number;
  #planned: Planned[] = [];
  #order = 0;
  readonly #settle: () => Promise<void>;

  /** `settle` resolves when everything that a timer sets off is done. */
  constructor(settle: () => Promise<void>, startMs = Date.parse("2026-01-02T00:00:00Z")) {
    this.#nowMs = startMs;
    this.#settle = settle;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  nowNs(): bigint {
    return BigInt(this.#nowMs) * 1_000_000n;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const planned = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#planned.push(planned);
    return {
      cancel: () => {
        this.#planned = this.#planned.filter((other) => other !== planned);
      },
    };
  }

  /** Moves on, timer by timer; what one sets off has settled before the next one fires. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    await this.#settle();
    for (;;) {
      const [next] = this.#planned
        .filter(({ atMs }) => atMs <= targetMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      if (next === undefined) break;
      this.#planned = this.#planned.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await this.#settle();
    }
    this.#nowMs = targetMs;
  }

  /** Moves on in one step, as for a machine that slept; whatever is due then fires. */
  async jump(ms: number): Promise<void> {
    await this.#settle();
    this.#nowMs += ms;
    await this.advance(0);
  }
}
