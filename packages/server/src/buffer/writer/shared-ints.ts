import { type Block, wordsOf } from "../layout/index.ts";
import type { TableMemory } from "./table-memory.ts";

const FIRST_WORDS = 8;
const NONE = new Int32Array(0);

/**
 * An append-only array of 32-bit integers. Growing copies it to new memory instead of resizing it: readers keep
 * what they hold, and everything they were allowed to see is the same in both.
 */
export class SharedInts {
  words: Int32Array = NONE;
  #block: Block | undefined;
  readonly #memory: TableMemory;
  readonly #announce: (block: Block) => void;

  constructor(memory: TableMemory, announce: (block: Block) => void) {
    this.#memory = memory;
    this.#announce = announce;
  }

  ensure(length: number): void {
    if (length <= this.words.length) return;
    let capacity = Math.max(this.words.length, FIRST_WORDS);
    while (capacity < length) capacity *= 2;
    const block = this.#memory.allocate(capacity * 4);
    const grown = wordsOf(block);
    grown.set(this.words);
    if (this.#block !== undefined) this.#memory.retire(this.#block);
    this.#block = block;
    this.words = grown;
    this.#announce(block);
  }

  describe(): void {
    if (this.#block !== undefined) this.#announce(this.#block);
  }
}
