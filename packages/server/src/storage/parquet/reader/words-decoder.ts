import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import type { ByteCursor } from "../bytes/index.ts";
import { readDeltas } from "../encodings/index.ts";
import { ColumnEncoding } from "../format/index.ts";
import type { ColumnDecoder } from "./column-decoder.ts";
import { readIndexes, unknownEncoding } from "./read-indexes.ts";

/** Times, integers and floats. */
export class WordsDecoder implements ColumnDecoder {
  readonly #words: Int32Array;
  #dictionary = new Int32Array(0);
  #ids = new Int32Array(0);

  constructor(rowCount: number) {
    this.#words = new Int32Array(rowCount * 2);
  }

  readDictionary(cursor: ByteCursor, count: number): void {
    const bytes = cursor.take(count * 8).slice();
    this.#dictionary = new Int32Array(bytes.buffer, bytes.byteOffset, count * 2);
  }

  readValues(cursor: ByteCursor, encoding: number, row: number, count: number): void {
    if (encoding === ColumnEncoding.deltaBinaryPacked) readDeltas(cursor, this.#words, row, count);
    else if (encoding === ColumnEncoding.plain) this.#readPlain(cursor, row, count);
    else if (encoding === ColumnEncoding.rleDictionary) this.#readFromDictionary(cursor, row, count);
    else throw unknownEncoding(cursor, encoding);
  }

  spread(validity: Uint8Array, row: number, rowCount: number, count: number): void {
    const words = this.#words;
    let from = row + count;
    // From the back, where every value's place is at or behind where it is.
    for (let to = row + rowCount - 1; from > row && from <= to; to--) {
      if (!isSet(validity, to)) continue;
      from--;
      words[to * 2] = words[from * 2]!;
      words[to * 2 + 1] = words[from * 2 + 1]!;
    }
  }

  finish(validity: Uint8Array | undefined): ColumnVector {
    return { kind: "words", words: this.#words, validity };
  }

  #readPlain(cursor: ByteCursor, row: number, count: number): void {
    const bytes = cursor.take(count * 8);
    new Uint8Array(this.#words.buffer, row * 8, count * 8).set(bytes);
  }

  #readFromDictionary(cursor: ByteCursor, row: number, count: number): void {
    const words = this.#words;
    const dictionary = this.#dictionary;
    if (this.#ids.length < count) this.#ids = new Int32Array(count);
    const ids = this.#ids;
    readIndexes(cursor, ids, 0, count, dictionary.length / 2);
    for (let i = 0; i < count; i++) {
      const id = ids[i]!;
      words[(row + i) * 2] = dictionary[id * 2]!;
      words[(row + i) * 2 + 1] = dictionary[id * 2 + 1]!;
    }
  }
}
