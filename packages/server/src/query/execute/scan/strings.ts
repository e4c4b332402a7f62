import duckdb from "@duckdb/node-bindings";
import { type NativeVector, Type } from "../native.ts";
import { copyToVector, scratchWords } from "./scratch.ts";

/** DuckDB keeps a string of up to this many bytes inside its 16-byte entry, a longer one behind a pointer. */
const INLINE_BYTES = 12;
const SHORT_BYTES = 64;
const TWO_TO_32 = 4294967296;

/**
 * Writes many strings into a vector with one call: their bytes go over as one long string, which the vector keeps,
 * and the entries are made here to point into it.
 */
export class StringBlock {
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  #length = 0;
  #longestSeen = 0;

  begin(): void {
    this.#length = 0;
    this.#longestSeen = 0;
  }

  /** Appends the string of a row; rows without one leave a hole. */
  add(row: number, bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.#length + length > this.#bytes.length) this.#grow(length);
    this.#copy(bytes);
    // Until the block's address is known the entry holds the offset in its place.
    scratchWords[row * 4] = length;
    scratchWords[row * 4 + 2] = this.#length;
    this.#length += length;
    if (length > this.#longestSeen) this.#longestSeen = length;
  }

  /** For short strings a loop beats the call that copies memory. */
  #copy(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length > SHORT_BYTES) {
      this.#bytes.set(bytes, this.#length);
      return;
    }
    const target = this.#bytes;
    const start = this.#length;
    for (let i = 0; i < length; i++) target[start + i] = bytes[i]!;
  }

  addEmpty(row: number): void {
    scratchWords.fill(0, row * 4, row * 4 + 4);
  }

  finish(vector: NativeVector, rows: number): void {
    const [low, high] = this.#longestSeen > INLINE_BYTES ? this.#placeBlock(vector) : [0, 0];
    for (let entry = 0; entry < rows * 4; entry += 4) {
      const length = scratchWords[entry]!;
      const offset = scratchWords[entry + 2]!;
      if (length <= INLINE_BYTES) this.#inline(entry, offset, length);
      else this.#point(entry, offset, low, high);
    }
    copyToVector(vector, rows * 16);
  }

  /** Lets the vector own the block and reads back where it put it. */
  #placeBlock(vector: NativeVector): [low: number, high: number] {
    duckdb.vector_assign_string_element_len(vector, 0, this.#bytes.subarray(0, this.#length));
    const entry = duckdb.vector_get_data(vector, 16);
    const words = new Uint32Array(entry.buffer, entry.byteOffset, 4);
    return [words[2]!, words[3]!];
  }

  #inline(entry: number, offset: number, length: number): void {
    scratchWords[entry + 1] = this.#word(offset, length, 0);
    const second = this.#word(offset, length, 4);
    const third = this.#word(offset, length, 8);
    scratchWords[entry + 2] = second;
    scratchWords[entry + 3] = third;
  }

  #point(entry: number, offset: number, low: number, high: number): void {
    scratchWords[entry + 1] = this.#word(offset, INLINE_BYTES, 0);
    const address = low + offset;
    scratchWords[entry + 2] = (address % TWO_TO_32) | 0;
    scratchWords[entry + 3] = (high + (address >= TWO_TO_32 ? 1 : 0)) | 0;
  }

  /** Four bytes of a string as a little-endian word; what lies behind its end is zero. */
  #word(offset: number, length: number, from: number): number {
    let word = 0;
    for (let i = Math.min(length - from, 4) - 1; i >= 0; i--) {
      word = (word << 8) | this.#bytes[offset + from + i]!;
    }
    return word;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + needed));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/**
 * The values of one tag as ready-made vector entries, so that a row costs a copy of 16 bytes. Dictionaries only grow:
 * each addition gets a vector of its own that owns the bytes the entries point to.
 */
export class TagEntries {
  #words = new Int32Array(64);
  #count = 0;
  readonly #owners: NativeVector[] = [];

  /** Entries for all values of the dictionary; four words each. */
  upTo(dictionary: readonly string[]): Int32Array {
    if (dictionary.length > this.#count) this.#extend(dictionary);
    return this.#words;
  }

  #extend(dictionary: readonly string[]): void {
    const added = dictionary.length - this.#count;
    const owner = duckdb.create_vector(duckdb.create_logical_type(Type.VARCHAR), added);
    for (let i = 0; i < added; i++)
      duckdb.vector_assign_string_element(owner, i, dictionary[this.#count + i]!);
    const raw = duckdb.vector_get_data(owner, added * 16);
    const needed = dictionary.length * 4;
    if (needed > this.#words.length) {
      const grown = new Int32Array(Math.max(needed, this.#words.length * 2));
      grown.set(this.#words.subarray(0, this.#count * 4));
      this.#words = grown;
    }
    this.#words.set(new Int32Array(raw.buffer, raw.byteOffset, added * 4), this.#count * 4);
    this.#owners.push(owner);
    this.#count = dictionary.length;
  }
}
