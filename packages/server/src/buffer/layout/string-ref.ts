/**
 * A string is kept as two 32-bit words that name a piece of its heap, an offset in the piece and a length:
 * docs/formats/buffer.md, "Strings". 21 bits hold the longest legal string (1,048,576 bytes).
 */
const OFFSET_BITS = 22;
const LENGTH_BITS = 21;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;
const LOW_PIECE_BITS = 32 - OFFSET_BITS;
const LOW_PIECE_MASK = (1 << LOW_PIECE_BITS) - 1;

/** Pieces may not be larger than an offset can address. */
export const LARGEST_PIECE_BYTES = 1 << OFFSET_BITS;
export const LONGEST_STRING_BYTES = 1_048_576;

export function stringRefLow(piece: number, offset: number): number {
  return offset | ((piece & LOW_PIECE_MASK) << OFFSET_BITS);
}

export function stringRefHigh(piece: number, length: number): number {
  return length | ((piece >>> LOW_PIECE_BITS) << LENGTH_BITS);
}

export function stringRefPiece(low: number, high: number): number {
  return (low >>> OFFSET_BITS) | ((high >>> LENGTH_BITS) << LOW_PIECE_BITS);
}

export function stringRefOffset(low: number): number {
  return low & OFFSET_MASK;
}

export function stringRefLength(high: number): number {
  return high & LENGTH_MASK;
}
