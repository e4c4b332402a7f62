import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import { type Presence, presenceOf } from "./presence.ts";

type Words = Extract<ColumnVector, { kind: "words" }>;

let gathered = new Int32Array(0);

/** The values of rows that have one, and which do. The values are valid until those of another column are asked for. */
export function denseWords(vector: Words, rowCount: number): Presence & { words: Int32Array; count: number } {
  const presence = presenceOf(vector.validity, rowCount);
  const count = rowCount - presence.nullCount;
  const { validity } = presence;
  if (validity === undefined) return { ...presence, words: vector.words, count };
  if (gathered.length < count * 2) gathered = new Int32Array(rowCount * 2);
  const { words } = vector;
  let to = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!isSet(validity, row)) continue;
    gathered[to++] = words[row * 2]!;
    gathered[to++] = words[row * 2 + 1]!;
  }
  return { ...presence, words: gathered, count };
}

/** The bytes of values of two words each, which are not copied. */
export function bytesOfWords(words: Int32Array, start: number, count: number): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset + start * 8, count * 8);
}
