import type { ByteCursor } from "../bytes/index.ts";
import { readDeltas } from "../encodings/index.ts";

let words = new Int32Array(0);

/** Reads lengths and then the bytes of as many texts, which are not copied. */
export function readTexts(cursor: ByteCursor, count: number): { lengths: Uint32Array; bytes: Uint8Array } {
  if (words.length < count * 2) words = new Int32Array(count * 2);
  readDeltas(cursor, words, 0, count);
  const lengths = new Uint32Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    lengths[i] = words[i * 2]!;
    total += lengths[i]!;
  }
  return { lengths, bytes: cursor.take(total) };
}

/** Reads texts that each have their length before them. */
export function readPlainTexts(cursor: ByteCursor, count: number): Uint8Array[] {
  if (count * 4 > cursor.rest) throw cursor.malformed("a dictionary is shorter than its values");
  return Array.from({ length: count }, () => cursor.take(cursor.u32()));
}
