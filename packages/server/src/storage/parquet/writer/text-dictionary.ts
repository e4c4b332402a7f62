import { ByteSink } from "../bytes/index.ts";
import type { Texts } from "./texts.ts";
import { slotMask } from "./words-dictionary.ts";

const MOST_TEXTS = 16_384;
const SLOTS_PER_TEXT = 4;
const MOST_BYTES = 1_048_576;
/** After so many values it is known whether they repeat. */
const SAMPLE = 2048;

/** Finds the distinct texts among texts. What it found is valid until it looks again. */
export class TextDictionary {
  size = 0;
  runCount = 0;
  /** By text: its place in the dictionary. */
  ids = new Int32Array(0);
  #byteCount = 0;
  /** By place in the dictionary: the first text that is the same. */
  readonly #firsts = new Int32Array(MOST_TEXTS);
  readonly #hashes = new Int32Array(MOST_TEXTS);
  /** Places in the dictionary by hash, counted from 1. */
  readonly #slots = new Int32Array(MOST_TEXTS * SLOTS_PER_TEXT);
  #slotMask = 0;
  #limit = 0;

  /** False when there are too many to be worth it. */
  build(texts: Texts): boolean {
    const { count } = texts;
    if (this.ids.length < count) this.ids = new Int32Array(count);
    this.size = 0;
    this.runCount = 0;
    this.#limit = Math.min(MOST_TEXTS, Math.ceil(count / 2));
    this.#slotMask = slotMask(this.#limit * SLOTS_PER_TEXT);
    this.#slots.fill(0, 0, this.#slotMask + 1);
    this.#byteCount = 0;
    for (let i = 0; i < count; i++) {
      const id = i > 0 && isSame(texts, i, i - 1) ? this.ids[i - 1]! : this.#find(texts, i);
      if (id < 0) return false;
      if (i === 0 || id !== this.ids[i - 1]) this.runCount++;
      this.ids[i] = id;
      if (i === SAMPLE && this.size * 2 > SAMPLE) return false;
    }
    return true;
  }

  /** The distinct texts. */
  texts({ bytes, starts, ends }: Texts): Texts {
    const firsts = this.#firsts.subarray(0, this.size);
    return {
      bytes,
      starts: Uint32Array.from(firsts, (first) => starts[first]!),
      ends: Uint32Array.from(firsts, (first) => ends[first]!),
      count: this.size,
    };
  }

  #find(texts: Texts, place: number): number {
    const hash = hashOf(texts, place);
    const mask = this.#slotMask;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]! - 1;
      if (id < 0) return this.#add(slot, hash, texts, place);
      if (this.#hashes[id] === hash && isSame(texts, place, this.#firsts[id]!)) return id;
    }
  }

  #add(slot: number, hash: number, { starts, ends }: Texts, place: number): number {
    this.#byteCount += ends[place]! - starts[place]!;
    if (this.size === this.#limit || this.#byteCount > MOST_BYTES) return -1;
    const id = this.size++;
    this.#firsts[id] = place;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    return id;
  }
}

const plain = new ByteSink(4096);

/** Texts with their lengths before them; valid until the next call. */
export function plainTexts({ bytes, starts, ends, count }: Texts): Uint8Array {
  plain.reset();
  for (let i = 0; i < count; i++) {
    plain.u32(ends[i]! - starts[i]!);
    plain.append(bytes.subarray(starts[i]!, ends[i]!));
  }
  return plain.written();
}

function hashOf({ bytes, starts, ends }: Texts, place: number): number {
  let hash = 0x811c_9dc5;
  const end = ends[place]!;
  for (let at = starts[place]!; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return hash ^ (hash >>> 15);
}

function isSame({ bytes, starts, ends }: Texts, a: number, b: number): boolean {
  const length = ends[a]! - starts[a]!;
  if (length !== ends[b]! - starts[b]!) return false;
  const startA = starts[a]!;
  const startB = starts[b]!;
  for (let i = 0; i < length; i++) if (bytes[startA + i] !== bytes[startB + i]) return false;
  return true;
}
