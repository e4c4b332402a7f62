import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import type { ByteCursor } from "../bytes/index.ts";
import { ColumnEncoding } from "../format/index.ts";
import type { ColumnDecoder } from "./column-decoder.ts";
import { readIndexes, unknownEncoding } from "./read-indexes.ts";
import { readPlainTexts, readTexts } from "./read-texts.ts";

const NULL_ID = -1;

export class TagDecoder implements ColumnDecoder {
  readonly #ids: Int32Array;
  #dictionary: Uint8Array[] = [];
  /** Ids of values that stand without a dictionary. */
  readonly #known = new Map<string, number>();

  constructor(rowCount: number) {
    this.#ids = new Int32Array(rowCount);
  }

  readDictionary(cursor: ByteCursor, count: number): void {
    this.#dictionary = readPlainTexts(cursor, count);
  }

  readValues(cursor: ByteCursor, encoding: number, row: number, count: number): void {
    if (encoding === ColumnEncoding.rleDictionary) {
      readIndexes(cursor, this.#ids, row, count, this.#dictionary.length);
    } else if (encoding === ColumnEncoding.deltaLengthByteArray) {
      this.#readTexts(cursor, row, count);
    } else {
      // A page of NULLs only may have any encoding.
      if (count > 0) throw unknownEncoding(cursor, encoding);
    }
  }

  spread(validity: Uint8Array, row: number, rowCount: number, count: number): void {
    const ids = this.#ids;
    let from = row + count;
    for (let to = row + rowCount - 1; to >= row; to--) {
      ids[to] = isSet(validity, to) ? ids[--from]! : NULL_ID;
    }
  }

  finish(): ColumnVector {
    return { kind: "tag", ids: this.#ids, dictionary: this.#dictionary };
  }

  #readTexts(cursor: ByteCursor, row: number, count: number): void {
    const { lengths, bytes } = readTexts(cursor, count);
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = start + lengths[i]!;
      this.#ids[row + i] = this.#idOf(bytes.subarray(start, end));
      start = end;
    }
  }

  #idOf(value: Uint8Array): number {
    const key = Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
    let id = this.#known.get(key);
    if (id === undefined) {
      id = this.#dictionary.push(value) - 1;
      this.#known.set(key, id);
    }
    return id;
  }
}
