import { ByteSink } from "../bytes/index.ts";
import { packValues } from "./bit-packing.ts";

const GROUP = 8;
/** So many values are packed under one head at most. */
const MOST_PENDING = 4096;

/** Writes values as runs of the same value and packed bits, whichever is shorter. */
export class RunWriter {
  readonly #pending = new Int32Array(MOST_PENDING);
  #pendingCount = 0;
  #sink = new ByteSink(0);
  #width = 0;

  begin(sink: ByteSink, width: number): void {
    this.#sink = sink;
    this.#width = width;
    this.#pendingCount = 0;
  }

  /** The same value `count` times. */
  add(value: number, count: number): void {
    let rest = count;
    const toFill = -this.#pendingCount & (GROUP - 1);
    // Packed values end with a whole group, or with the last value of all.
    if (toFill > 0) rest -= this.#pack(value, Math.min(toFill, rest));
    if (rest >= GROUP) this.#run(value, rest);
    else if (rest > 0) this.#pack(value, rest);
  }

  /** Values that hardly repeat; the last of all, unless their number is a multiple of eight. */
  addPacked(values: Int32Array, start: number, count: number): void {
    this.#flush();
    this.#sink.varint((((count + GROUP - 1) >> 3) << 1) | 1);
    packValues(this.#sink, values, start, count, this.#width);
  }

  end(): void {
    this.#flush();
  }

  #pack(value: number, count: number): number {
    if (this.#pendingCount === MOST_PENDING) this.#flush();
    for (let i = 0; i < count; i++) this.#pending[this.#pendingCount++] = value;
    return count;
  }

  #flush(): void {
    const count = this.#pendingCount;
    if (count === 0) return;
    this.#pendingCount = 0;
    this.addPacked(this.#pending, 0, count);
  }

  #run(value: number, count: number): void {
    this.#flush();
    const sink = this.#sink;
    sink.varint(count * 2);
    for (let bits = 0; bits < this.#width; bits += 8) sink.u8((value >>> bits) & 0xff);
  }
}
