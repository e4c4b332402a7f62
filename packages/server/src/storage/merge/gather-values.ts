import { setBit } from "./bits.ts";
import type { RowPlaces } from "./row-places.ts";
import type { ValuePlaces } from "./view-column.ts";

/** Eight bytes a row, all of which have a value. */
export function gatherDenseWords(words: readonly Int32Array[], places: RowPlaces, to: Int32Array): void {
  const { runCount, runChunks, runEnds, slots } = places;
  let i = 0;
  for (let run = 0; run < runCount; run++) {
    const from = words[runChunks[run]!]!;
    const end = runEnds[run]!;
    for (; i < end; i++) {
      const at = slots[i]! * 2;
      to[i * 2] = from[at]!;
      to[i * 2 + 1] = from[at + 1]!;
    }
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
