/** How often values up to each of some bounds were seen: what a histogram metric is made of. Costs no object to fill. */
export class Distribution {
  /** Ascending. */
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum: number;

  /** `counts` and `sum`: what was seen already. */
  constructor(bounds: readonly number[], counts: readonly number[] = [], sum = 0) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
    this.#counts.set(counts);
    this.#sum = sum;
  }

  observe(value: number): void {
    const { bounds } = this;
    let i = 0;
    // Most values are small, and the list is short.
    while (i < bounds.length && value > bounds[i]!) i++;
    this.#counts[i]!++;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#counts.reduce((total, count) => total + count, 0);
  }

  /** Values up to each bound, and last of all the values there are. */
  cumulative(): number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => {
      total += count;
      return total;
    });
  }
}

/** Milliseconds, from what memory answers to what a patient client waits for. */
export const DURATION_BOUNDS_MS: readonly number[] = [
  0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000,
];
