import duckdb from "@duckdb/node-bindings";
import type { StringSlices } from "../result/index.ts";
import type { NativeVector } from "./native.ts";

const INLINE_BYTES = 12;
const LONGEST_RUN_BYTES = 64 * 1024 * 1024;

/**
 * Strings of a vector as slices. Short ones are part of the vector's entries. Longer ones mostly lie one after the
 * other in DuckDB's memory: each such run is fetched with one call, and never a byte that is not a string's.
 */
export function readStrings(vector: NativeVector, validity: Uint8Array | null, length: number): StringSlices {
  const raw = duckdb.vector_get_data(vector, length * 16);
  const words = new Uint32Array(raw.buffer, raw.byteOffset, length * 4);
  const runs = new Runs(raw);
  const bufferOf = new Uint32Array(length);
  const starts = new Int32Array(length);
  const lengths = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    if (validity !== null && (validity[row >> 3]! & (1 << (row & 7))) === 0) continue;
    const bytes = words[row * 4]!;
    lengths[row] = bytes;
    if (bytes <= INLINE_BYTES) {
      starts[row] = row * 16 + 4;
      continue;
    }
    starts[row] = runs.add(row, words[row * 4 + 2]!, words[row * 4 + 3]!, bytes);
    bufferOf[row] = runs.current;
  }
  return { buffers: runs.finish(), bufferOf, starts, lengths };
}

class Runs {
  readonly #raw: Uint8Array;
  readonly #buffers: Uint8Array[];
  #firstRow = -1;
  #low = 0;
  #high = 0;
  #length = 0;
  #lastStart = 0;
  #lastLength = 0;

  constructor(raw: Uint8Array) {
    this.#raw = raw;
    this.#buffers = [raw];
  }

  /** The buffer that the string added last will be in. */
  get current(): number {
    return this.#buffers.length;
  }

  /** Adds a string by its address; returns where in its run it begins. */
  add(row: number, low: number, high: number, bytes: number): number {
    if (this.#firstRow >= 0 && high === this.#high) {
      const offset = low - this.#low;
      if (offset === this.#lastStart && bytes === this.#lastLength) return offset;
      if (offset === this.#length && this.#length + bytes <= LONGEST_RUN_BYTES) {
        this.#length += bytes;
        this.#lastStart = offset;
        this.#lastLength = bytes;
        return offset;
      }
    }
    this.#close();
    this.#firstRow = row;
    this.#low = low;
    this.#high = high;
    this.#length = bytes;
    this.#lastStart = 0;
    this.#lastLength = bytes;
    return 0;
  }

  finish(): readonly Uint8Array[] {
    this.#close();
    return this.#buffers;
  }

  #close(): void {
    if (this.#firstRow < 0) return;
    const pointerAt = this.#raw.byteOffset + this.#firstRow * 16 + 8;
    const run = duckdb.get_data_from_pointer(this.#raw.buffer as ArrayBuffer, pointerAt, this.#length);
    this.#buffers.push(run);
    this.#firstRow = -1;
  }
}
