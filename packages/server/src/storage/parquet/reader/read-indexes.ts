import type { ByteCursor } from "../bytes/index.ts";
import { RunReader } from "../encodings/index.ts";

/** Reads places in a dictionary and makes sure that it has them. */
export function readIndexes(
  cursor: ByteCursor,
  ids: Int32Array,
  start: number,
  count: number,
  dictionarySize: number,
): void {
  new RunReader(cursor, cursor.u8()).readInto(ids, start, count);
  let largest = 0;
  for (let i = start; i < start + count; i++) if (ids[i]! > largest) largest = ids[i]!;
  if (count > 0 && largest >= dictionarySize)
    throw cursor.malformed("a value is not in the column's dictionary");
}

export function unknownEncoding(cursor: ByteCursor, encoding: number): Error {
  return cursor.malformed(`encoding ${encoding} is not one that this column has`);
}
