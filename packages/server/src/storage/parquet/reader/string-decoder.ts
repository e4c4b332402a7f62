import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import { type ByteCursor, ByteSink } from "../bytes/index.ts";
import { ColumnEncoding } from "../format/index.ts";
import type { ColumnDecoder } from "./column-decoder.ts";
import { readIndexes, unknownEncoding } from "./read-indexes.ts";
import { readPlainTexts, readTexts } from "./read-texts.ts";

export class StringDecoder implements ColumnDecoder {
  /** Lengths by row, which become offsets at the end: length i is at i + 1. */
  readonly #offsets: Uint32Array;
  readonly #bytes = new ByteSink(4096);
  #dictionary: Uint8Array[] = [];
  #ids = new Int32Array(0);

  constructor(rowCount: number) {
    this.#offsets = new Uint32Array(rowCount + 1);
  }

  readDictionary(cursor: ByteCursor, count: number): void {
    this.#dictionary = readPlainTexts(cursor, count);
  }

  readValues(cursor: ByteCursor, encoding: number, row: number, count: number): void {
    if (encoding === ColumnEncoding.rleDictionary) {
      this.#readFromDictionary(cursor, row, count);
    } else if (encoding === ColumnEncoding.deltaLengthByteArray) {
      const { lengths, bytes } = readTexts(cursor, count);
      this.#offsets.set(lengths, row + 1);
      this.#bytes.append(bytes);
    } else {
      throw unknownEncoding(cursor, encoding);
    }
  }

  spread(validity: Uint8Array, row: number, rowCount: number, count: number): void {
    const offsets = this.#offsets;
    let from = row + count;
    for (let to = row + rowCount - 1; to >= row; to--) {
      offsets[to + 1] = isSet(validity, to) ? offsets[from--]! : 0;
    }
  }

  finish(validity: Uint8Array | undefined): ColumnVector {
    const offsets = this.#offsets;
    for (let i = 1; i < offsets.length; i++) offsets[i] = offsets[i]! + offsets[i - 1]!;
    return { kind: "string", offsets, bytes: this.#bytes.written(), validity };
  }

  #readFromDictionary(cursor: ByteCursor, row: number, count: number): void {
    if (this.#ids.length < count) this.#ids = new Int32Array(count);
    const ids = this.#ids;
    const dictionary = this.#dictionary;
    readIndexes(cursor, ids, 0, count, dictionary.length);
    for (let i = 0; i < count; i++) {
      const value = dictionary[ids[i]!]!;
      this.#offsets[row + i + 1] = value.length;
      this.#bytes.append(value);
    }
  }
}
