import type { ByteSource } from "../foundation/index.ts";

/**
 * A fast hash over 4-byte words. It starts from a random seed, and it need not resist a determined attacker:
 * the tables bound their probe chains and hand what is left to a Map (see `byte-dictionary.ts`).
 */
export function mixWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

export function finishHash(hash: number, length: number): number {
  const mixed = Math.imul(hash ^ length, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

/** The last `count` (1 to 3) bytes of a key as a word, the missing bytes zero. */
export function tailWord(bytes: Uint8Array, start: number, count: number): number {
  let word = bytes[start]!;
  if (count > 1) word |= bytes[start + 1]! << 8;
  if (count > 2) word |= bytes[start + 2]! << 16;
  return word;
}

export function hashBytes(source: ByteSource, start: number, length: number, seed: number): number {
  const { view } = source;
  const wordEnd = start + (length & ~3);
  let hash = seed;
  for (let position = start; position < wordEnd; position += 4) {
    hash = mixWord(hash, view.getInt32(position, true));
  }
  const rest = length & 3;
  if (rest !== 0) hash = mixWord(hash, tailWord(source.bytes, wordEnd, rest));
  return finishHash(hash, length);
}

/** A fresh seed from the platform's random source. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Int32Array(1))[0]!;
}
