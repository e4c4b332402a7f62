import type { ByteCursor } from "../bytes/index.ts";
import { unpackValues } from "./bit-packing.ts";

const WIDEST = 24;

/** Reads what a RunWriter wrote. */
export class RunReader {
  readonly #cursor: ByteCursor;
  readonly #width: number;

  constructor(cursor: ByteCursor, width: number) {
    if (width > WIDEST) throw cursor.malformed(`values of ${width} bits are not expected`);
    this.#cursor = cursor;
    this.#width = width;
  }

  /** Fills `values` from `start` on with `count` values: all there are. */
  readInto(values: Int32Array, start: number, count: number): void {
    const cursor = this.#cursor;
    const end = start + count;
    let at = start;
    while (at < end) {
      const head = cursor.varint();
      const isPacked = head % 2 === 1;
      const length = Math.floor(head / 2) * (isPacked ? 8 : 1);
      if (length === 0 || (!isPacked && length > end - at))
        throw cursor.malformed("a run has a wrong length");
      const wanted = Math.min(length, end - at);
      if (isPacked) this.#unpack(values, at, length, wanted);
      else values.fill(this.#value(), at, at + wanted);
      at += wanted;
    }
  }

  #unpack(values: Int32Array, at: number, length: number, wanted: number): void {
    const from = this.#cursor.skip((length / 8) * this.#width);
    if (this.#width === 0) values.fill(0, at, at + wanted);
    else unpackValues(this.#cursor.view, from, values, at, wanted, this.#width);
  }

  #value(): number {
    let value = 0;
    for (let bits = 0; bits < this.#width; bits += 8) value |= this.#cursor.u8() << bits;
    return value;
  }
}
