import type { PyPointer } from "@millrace/python-vm/worker";

const SMALLEST = 64;

/** The rows of a table while they are made: addresses of dicts, each with a reference that the list holds. */
export class RowList {
  #rows = new Uint32Array(SMALLEST);
  #count = 0;

  add(row: PyPointer): void {
    if (this.#count === this.#rows.length) {
      const larger = new Uint32Array(2 * this.#rows.length);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#count++] = row;
  }

  get rows(): Uint32Array {
    return this.#rows.subarray(0, this.#count);
  }
}
