/** How many native calls may run at once; the rest wait in order. Their number is bounded by that of open queries. */
export class Permits {
  readonly #onChange: ((acquired: number, pending: number) => void) | undefined;
  readonly #count: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number, onChange?: (acquired: number, pending: number) => void) {
    this.#count = count;
    this.#free = count;
    this.#onChange = onChange;
    this.#changed();
  }

  get free(): number {
    return this.#free;
  }

  /** Runs a task once a permit is free. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.#acquire();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
      this.#changed();
    }
  }

  #acquire(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--;
      this.#changed();
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#changed();
    });
  }

  #changed(): void {
    this.#onChange?.(this.#count - this.#free, this.#waiting.length);
  }
}
