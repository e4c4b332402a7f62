/** How many native calls may run at once; the rest wait in order, up to a bound. */
export class Permits {
  #free: number;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number, mostWaiting: number) {
    this.#free = count;
    this.#most = mostWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get exhausted(): boolean {
    return this.#free === 0 && this.#waiting.length >= this.#most;
  }

  /** Runs a task once a permit is free. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
