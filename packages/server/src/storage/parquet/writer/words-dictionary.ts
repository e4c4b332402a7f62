import { bytesOfWords } from "./dense-words.ts";

/** A larger dictionary does not stay in a processor's cache and saves little. */
const MOST_VALUES = 16_384;
/** Few of them are in use, so that looking for a value is short. */
const SLOTS_PER_VALUE = 4;

/** Finds the distinct values among values of two words. What it found is valid until it looks again. */
export class WordsDictionary {
  size = 0;
  runCount = 0;
  /** By value: its place in the dictionary. */
  ids = new Int32Array(0);
  readonly #values = new Int32Array(MOST_VALUES * 2);
  /** Places in the dictionary by hash, counted from 1. */
  readonly #slots = new Int32Array(MOST_VALUES * SLOTS_PER_VALUE);
  #slotMask = 0;

  get bytes(): Uint8Array {
    return bytesOfWords(this.#values, 0, this.size);
  }

  /** False when there are too many to be worth it. */
  build(words: Int32Array, count: number): boolean {
    if (this.ids.length < count) this.ids = new Int32Array(count);
    this.size = 0;
    this.runCount = 0;
    const limit = Math.min(MOST_VALUES, Math.ceil(count / 2));
    this.#slotMask = slotMask(limit * SLOTS_PER_VALUE);
    this.#slots.fill(0, 0, this.#slotMask + 1);
    const { ids } = this;
    let lastLow = 0;
    let lastHigh = 0;
    let id = -1;
    for (let i = 0; i < count; i++) {
      const low = words[i * 2]!;
      const high = words[i * 2 + 1]!;
      if (id < 0 || low !== lastLow || high !== lastHigh) {
        this.runCount++;
        id = this.#find(low, high, limit);
        if (id < 0) return false;
        lastLow = low;
        lastHigh = high;
      }
      ids[i] = id;
    }
    return true;
  }

  #find(low: number, high: number, limit: number): number {
    const slots = this.#slots;
    const values = this.#values;
    const mask = this.#slotMask;
    let hash = Math.imul(low, 0x9e37_79b1) ^ Math.imul(high, 0x85eb_ca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]! - 1;
      if (id < 0) return this.#add(slot, low, high, limit);
      if (values[id * 2] === low && values[id * 2 + 1] === high) return id;
    }
  }

  #add(slot: number, low: number, high: number, limit: number): number {
    if (this.size === limit) return -1;
    const id = this.size++;
    this.#values[id * 2] = low;
    this.#values[id * 2 + 1] = high;
    this.#slots[slot] = id + 1;
    return id;
  }
}

/** Of the smallest power of two that is as many. */
export function slotMask(slots: number): number {
  return (1 << (32 - Math.clz32(slots - 1))) - 1;
}
