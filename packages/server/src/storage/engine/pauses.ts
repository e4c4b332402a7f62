import type { Clock } from "../../foundation/index.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Waits that end early when everything ends. */
export class Pauses {
  readonly #clock: Clock;
  readonly #ends = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get closed(): boolean {
    return this.#closed;
  }

  wait(delayMs: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.#ends.delete(end);
        resolve();
      };
      const timer = this.#clock.schedule(delayMs, end);
      this.#ends.add(end);
    });
  }

  close(): void {
    this.#closed = true;
    for (const end of this.#ends) end();
  }
}

/** The pause after the n-th failure in a row (from 1): twice as long each time, up to half a minute. */
export function pauseMsAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
