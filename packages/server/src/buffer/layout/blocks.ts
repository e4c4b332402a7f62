import type { Block } from "./messages.ts";

/** Bytes of a chunk's row block: `capacity` times (8 bytes), then `capacity` series ids (4 bytes). */
export function rowBlockBytes(capacity: number): number {
  return capacity * 12;
}

/** Bytes of a column block: `capacity` values (8 bytes), then one validity bit per row, in whole 32-bit words. */
export function columnBlockBytes(capacity: number): number {
  return capacity * 8 + ((capacity + 31) >> 5) * 4;
}

/** Word 0 and 1 of a table's header and what follows them; all are published with Atomics, rows last. */
export const HeaderWord = { rows: 0, series: 1, lateRows: 2, batch: 3 } as const;
export const HEADER_BYTES = 16;

/** In `tagIds`: the series has no such tag. */
export const NO_TAG = -1;

/** A block as 32-bit words. */
export function wordsOf({ memory, offset, sizeBytes }: Block): Int32Array {
  return new Int32Array(memory, offset, sizeBytes >> 2);
}

export function bytesOf({ memory, offset, sizeBytes }: Block): Uint8Array {
  return new Uint8Array(memory, offset, sizeBytes);
}
