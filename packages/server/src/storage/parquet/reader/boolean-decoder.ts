import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import type { ByteCursor } from "../bytes/index.ts";
import { RunReader, unpackValues } from "../encodings/index.ts";
import { ColumnEncoding } from "../format/index.ts";
import type { ColumnDecoder } from "./column-decoder.ts";
import { unknownEncoding } from "./read-indexes.ts";

export class BooleanDecoder implements ColumnDecoder {
  readonly #values: Uint8Array;
  #page = new Int32Array(0);

  constructor(rowCount: number) {
    this.#values = new Uint8Array(rowCount);
  }

  readDictionary(cursor: ByteCursor): void {
    throw cursor.malformed("booleans have no dictionary");
  }

  readValues(cursor: ByteCursor, encoding: number, row: number, count: number): void {
    if (this.#page.length < count) this.#page = new Int32Array(count);
    if (encoding === ColumnEncoding.plain) {
      unpackValues(cursor.view, cursor.skip((count + 7) >> 3), this.#page, 0, count, 1);
    } else if (encoding === ColumnEncoding.rle) {
      const runs = cursor.u32();
      if (runs !== cursor.rest) throw cursor.malformed("runs have a wrong length");
      new RunReader(cursor, 1).readInto(this.#page, 0, count);
    } else {
      throw unknownEncoding(cursor, encoding);
    }
    for (let i = 0; i < count; i++) this.#values[row + i] = this.#page[i]! & 1;
  }

  spread(validity: Uint8Array, row: number, rowCount: number, count: number): void {
    const values = this.#values;
    let from = row + count;
    for (let to = row + rowCount - 1; from > row && from <= to; to--) {
      if (isSet(validity, to)) values[to] = values[--from]!;
    }
  }

  finish(validity: Uint8Array | undefined): ColumnVector {
    return { kind: "boolean", values: this.#values, validity };
  }
}
