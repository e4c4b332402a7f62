import type { Clock } from "../../foundation/index.ts";

/** Leave to send chunks, given back by the reader as it takes them. */
export class Credits {
  readonly #clock: Clock;
  readonly #stallTimeoutMs: number;
  #free: number;
  #waiting: { resume: () => void; fail: (reason: unknown) => void } | undefined;
  #failure: unknown;

  constructor(count: number, stallTimeoutMs: number, clock: Clock) {
    this.#free = count;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#clock = clock;
  }

  grant(): void {
    this.#free++;
    this.#waiting?.resume();
  }

  /** Ends a wait, and every later one. */
  fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#waiting?.fail(reason);
  }

  /** Waits until a chunk may be sent; fails with `stalled()` when the reader takes nothing for too long. */
  async take(stalled: () => unknown): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#free === 0) {
      const timer = this.#clock.schedule(this.#stallTimeoutMs, () => this.fail(stalled()));
      try {
        await new Promise<void>((resume, fail) => {
          this.#waiting = { resume, fail };
        });
      } finally {
        this.#waiting = undefined;
        timer.cancel();
      }
    }
    this.#free--;
  }
}
