import type { TableMemory } from "./table-memory.ts";

const FIRST_WORDS = 16;

/**
 * An append-only array of 32-bit integers. Growing copies it to new memory instead of resizing it: readers keep
 * what they hold, and everything they were allowed to see is the same in both.
 */
export class SharedInts {
  words: Int32Array = new Int32Array(0);
  #memory: SharedArrayBuffer | undefined;
  readonly #table: TableMemory;
  readonly #announce: (memory: SharedArrayBuffer) => void;

  constructor(table: TableMemory, announce: (memory: SharedArrayBuffer) => void) {
    this.#table = table;
    this.#announce = announce;
  }

  ensure(length: number): void {
    if (length <= this.words.length) return;
    let capacity = Math.max(this.words.length, FIRST_WORDS);
    while (capacity < length) capacity *= 2;
    const memory = this.#table.allocate(capacity * 4);
    const grown = new Int32Array(memory);
    grown.set(this.words);
    if (this.#memory !== undefined) this.#table.release(this.#memory);
    this.#memory = memory;
    this.words = grown;
    this.#announce(memory);
  }

  describe(): void {
    if (this.#memory !== undefined) this.#announce(this.#memory);
  }
}
