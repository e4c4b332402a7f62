import type { Clock } from "../../foundation/index.ts";

/** Wakes everybody who waits for something to change. */
export class Bell {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next ring, at the deadline, or when the signal is aborted. */
  next(deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", wake);
        timer.cancel();
        resolve();
      };
      const timer = this.#clock.schedule(deadlineMs, wake);
      signal?.addEventListener("abort", wake);
      this.#waiting.add(wake);
    });
  }
}
