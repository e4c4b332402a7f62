import { copyBits, isSet, setBit, setBits } from "../bits/index.ts";

/** Counts the rows of a growing column and knows which have a value; no bits are kept until the first has none. */
export class RowPresence {
  readonly #bits: Uint8Array;
  #rows = 0;
  #hasNulls = false;
  #hasValues = false;

  constructor(capacity: number) {
    this.#bits = new Uint8Array((capacity + 7) >> 3);
  }

  get rows(): number {
    return this.#rows;
  }

  get hasValues(): boolean {
    return this.#hasValues;
  }

  /** Undefined: every row has a value. */
  get validity(): Uint8Array | undefined {
    return this.#hasNulls ? this.#bits : undefined;
  }

  reset(): void {
    if (this.#hasNulls) this.#bits.fill(0);
    this.#rows = 0;
    this.#hasNulls = false;
    this.#hasValues = false;
  }

  append(validity: Uint8Array | undefined, start: number, length: number): void {
    this.#hasValues = true;
    if (validity !== undefined) {
      this.#keepBits();
      copyBits(validity, start, this.#bits, this.#rows, length);
    } else if (this.#hasNulls) {
      setBits(this.#bits, this.#rows, length);
    }
    this.#rows += length;
  }

  appendNulls(length: number): void {
    this.#keepBits();
    this.#rows += length;
  }

  get lastIsNull(): boolean {
    return this.#hasNulls && !isSet(this.#bits, this.#rows - 1);
  }

  fillLast(): void {
    setBit(this.#bits, this.#rows - 1);
    this.#hasValues = true;
  }

  #keepBits(): void {
    if (this.#hasNulls) return;
    this.#hasNulls = true;
    setBits(this.#bits, 0, this.#rows);
  }
}
