const EMPTY = -1;

/** Numbers the distinct points (series and time) it is given. */
export class PointIndex {
  #count = 0;
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #series: Int32Array;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #seed: number;

  /** `seed` keeps crafted times from meeting in one place of the table. */
  constructor(capacity: number, seed: number) {
    const slotCount = 2 ** Math.ceil(Math.log2(Math.max(capacity * 2, 2)));
    this.#slots = new Int32Array(slotCount).fill(EMPTY);
    this.#mask = slotCount - 1;
    this.#series = new Int32Array(capacity);
    this.#low = new Int32Array(capacity);
    this.#high = new Int32Array(capacity);
    this.#seed = seed;
  }

  get count(): number {
    return this.#count;
  }

  add(series: number, low: number, high: number): void {
    const slot = this.#slotOf(series, low, high);
    if (this.#slots[slot] !== EMPTY) return;
    this.#series[this.#count] = series;
    this.#low[this.#count] = low;
    this.#high[this.#count] = high;
    this.#slots[slot] = this.#count++;
  }

  /** The point's number, or -1. */
  find(series: number, low: number, high: number): number {
    return this.#slots[this.#slotOf(series, low, high)]!;
  }

  #slotOf(series: number, low: number, high: number): number {
    let hash = Math.imul(low ^ this.#seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ high, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ series, 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 16)) & this.#mask;
    for (;;) {
      const point = this.#slots[slot]!;
      if (point === EMPTY) return slot;
      if (this.#low[point] === low && this.#high[point] === high && this.#series[point] === series)
        return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
