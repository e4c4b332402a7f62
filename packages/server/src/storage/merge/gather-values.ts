import { setBit } from "../bits/index.ts";
import type { RowPlaces } from "./row-places.ts";
import type { ValuePlaces } from "./view-column.ts";

/**
 * Eight bytes a row, all of which have a value. They are copied as one number, which optimised code does without making
 * one of it; never as a float, which may become another one on the way when it is not a number.
 */
export function gatherDense(values: readonly BigInt64Array[], places: RowPlaces, words: Int32Array): void {
  const { runCount, runChunks, runEnds, slots } = places;
  const to = new BigInt64Array(words.buffer, words.byteOffset, words.length >> 1);
  let i = 0;
  for (let run = 0; run < runCount; run++) {
    const from = values[runChunks[run]!]!;
    const end = runEnds[run]!;
    for (; i < end; i++) to[i] = from[slots[i]!]!;
  }
}

export function gatherWords(
  words: readonly Int32Array[],
  places: ValuePlaces,
  rowCount: number,
  to: Int32Array,
): void {
  for (let i = 0; i < rowCount; i++) {
    const chunk = places.chunks[i]!;
    if (chunk < 0) continue;
    const from = words[chunk]!;
    const at = places.slots[i]! * 2;
    to[i * 2] = from[at]!;
    to[i * 2 + 1] = from[at + 1]!;
  }
}

/** The low word of each value. */
export function gatherBooleans(
  words: readonly Int32Array[],
  places: ValuePlaces,
  rowCount: number,
  to: Uint8Array,
): void {
  for (let i = 0; i < rowCount; i++) {
    const chunk = places.chunks[i]!;
    to[i] = chunk < 0 ? 0 : words[chunk]![places.slots[i]! * 2]!;
  }
}

/** Undefined when all rows have a value. */
export function gatherValidity(
  places: ValuePlaces,
  rowCount: number,
  to: Uint8Array,
): Uint8Array | undefined {
  to.fill(0, 0, (rowCount + 7) >> 3);
  let nulls = false;
  for (let i = 0; i < rowCount; i++) {
    if (places.chunks[i]! < 0) nulls = true;
    else setBit(to, i);
  }
  return nulls ? to : undefined;
}
