export interface RingLimits<Row> {
  readonly maxRows: number;
  /** Of all rows together, in whatever `sizeOf` counts. */
  readonly maxSize: number;
  readonly sizeOf: (row: Row) => number;
}

/** The last rows that were added; the oldest ones make room. A row must not be larger than the ring. */
export class BoundedRing<Row> {
  readonly #limits: RingLimits<Row>;
  /** Places of dropped rows are emptied, so that their texts are free. */
  readonly #slots: (Row | undefined)[] = [];
  #oldest = 0;
  #count = 0;
  #size = 0;

  constructor(limits: RingLimits<Row>) {
    this.#limits = limits;
  }

  add(row: Row): void {
    const { maxRows, maxSize, sizeOf } = this.#limits;
    const size = sizeOf(row);
    while (this.#count > 0 && (this.#count === maxRows || this.#size + size > maxSize)) this.#dropOldest();
    this.#slots[(this.#oldest + this.#count) % maxRows] = row;
    this.#count++;
    this.#size += size;
  }

  /** A copy, oldest first. */
  rows(): Row[] {
    const { maxRows } = this.#limits;
    return Array.from({ length: this.#count }, (_, i) => this.#slots[(this.#oldest + i) % maxRows]!);
  }

  #dropOldest(): void {
    this.#size -= this.#limits.sizeOf(this.#slots[this.#oldest]!);
    this.#slots[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#limits.maxRows;
    this.#count--;
  }
}
