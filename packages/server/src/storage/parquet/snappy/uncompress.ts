import { ByteCursor } from "../bytes/index.ts";
import { COPY_MAX_LENGTH, Element, NEAR_COPY_MIN_LENGTH, SHORT_LITERAL } from "./format.ts";

/** What was compressed, if that is of this length. */
export function uncompress(compressed: Uint8Array, length: number): Uint8Array {
  const cursor = new ByteCursor(compressed);
  // No element, of two bytes at least, becomes more bytes than a copy.
  const isPossible = length <= compressed.length * COPY_MAX_LENGTH;
  if (cursor.varint() !== length || !isPossible)
    throw cursor.malformed("compressed bytes have a wrong length");
  const bytes = new Uint8Array(length);
  let end = 0;
  while (cursor.rest > 0) {
    const head = cursor.u8();
    if ((head & 3) === Element.literal) {
      const literal = cursor.take(literalLength(cursor, head >> 2));
      if (literal.length > length - end) throw cursor.malformed("compressed bytes are too many");
      bytes.set(literal, end);
      end += literal.length;
    } else {
      end = copyBack(cursor, head, bytes, end);
    }
  }
  if (end !== length) throw cursor.malformed("compressed bytes are too few");
  return bytes;
}

function literalLength(cursor: ByteCursor, code: number): number {
  if (code < SHORT_LITERAL) return code + 1;
  let last = 0;
  for (let i = 0; i <= code - SHORT_LITERAL; i++) last += cursor.u8() * 2 ** (8 * i);
  return last + 1;
}

/** Returns where the bytes end now. */
function copyBack(cursor: ByteCursor, head: number, bytes: Uint8Array, end: number): number {
  const isNear = (head & 3) === Element.nearCopy;
  if ((head & 3) === Element.farCopy) throw cursor.malformed("a copy reaches back too far");
  const length = isNear ? ((head >> 2) & 7) + NEAR_COPY_MIN_LENGTH : (head >> 2) + 1;
  const offset = isNear ? ((head >> 5) << 8) | cursor.u8() : cursor.u8() | (cursor.u8() << 8);
  if (offset === 0 || offset > end || length > bytes.length - end) {
    throw cursor.malformed("a copy is outside of what there is");
  }
  // A copy may read what it has just written.
  if (offset >= length) bytes.copyWithin(end, end - offset, end - offset + length);
  else for (let i = end; i < end + length; i++) bytes[i] = bytes[i - offset]!;
  return end + length;
}
