import type { Clock } from "../../foundation/index.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Thrown out of the work when everything ends. */
export class ClosedError extends Error {
  override name = "ClosedError";

  constructor() {
    super("the server is stopping");
  }
}

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

  /** For work of others that may never end: rejects with ClosedError when everything ends before. */
  async unlessClosed<T>(work: Promise<T>): Promise<T> {
    let end: () => void = () => {};
    const ended = new Promise<never>((_, reject) => {
      end = () => reject(new ClosedError());
    });
    this.#ends.add(end);
    if (this.#closed) end();
    try {
      return await Promise.race([work, ended]);
    } finally {
      this.#ends.delete(end);
    }
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
