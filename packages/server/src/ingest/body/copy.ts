import type { StagingSlice } from "../../wal/index.ts";

/**
 * Copies a piece of a body to its place. Not by `set`: into shared memory that goes byte by byte wherever the two sides
 * are aligned differently. Filling a buffer with one that is as long is a plain copy.
 */
export function copyIntoSlice(piece: Uint8Array, slice: StagingSlice, at: number): void {
  if (piece.length === 0) return;
  Buffer.from(slice.buffer, slice.offset + at, piece.length).fill(piece);
}
