import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { Heap } from "./heap.ts";
import { checked } from "./objects.ts";

/** A dict object is shorter than this. */
const DICT_WORDS = 16;
/** The words before a dict's entries: a header, and up to four for each entry that it has room for. */
const HEADER_WORDS = 16;
const INDEX_WORDS_PER_ENTRY = 4;

/**
 * Where CPython keeps the values of a dict: in a block that the dict points to, as pairs of key and value in order.
 * Found by looking at dicts whose content is known, so that nothing here depends on the sizes of C's structures.
 */
export class DictLayout {
  readonly #heap: Heap;
  /** From a dict to its pointer to the block. */
  readonly #blockWord: number;

  constructor(python: CPython, heap: Heap) {
    this.#heap = heap;
    const keys = ["one", "two", "three"].map((text) => python.newString(text));
    const dict = checked(python.raw._PyDict_New());
    for (const key of keys) if (python.raw._PyDict_SetItem(dict, key, python.none) !== 0) checked(0);
    const words = Array.from({ length: DICT_WORDS }, (_, word) => word);
    const found = words.find(
      (word) => this.#search(heap.words[(dict >>> 2) + word]!, keys, python.none) >= 0,
    );
    if (found === undefined)
      throw new Error("This build of CPython keeps the entries of dicts in a way unknown here.");
    this.#blockWord = found;
    for (const object of [dict, ...keys]) python.release(object);
  }

  /** Index of the first word of a dict's block. */
  block(dict: PyPointer): number {
    return this.#heap.words[(dict >>> 2) + this.#blockWord]! >>> 2;
  }

  /** Words from the block to the first value; the others follow at every second word. All values must be this one. */
  firstValue(dict: PyPointer, keys: readonly PyPointer[], value: PyPointer): number {
    const found = this.#search(this.block(dict) << 2, keys, value);
    if (found < 0) throw new Error("A dict does not have the keys that were put into it.");
    return found + 1;
  }

  #search(address: number, keys: readonly PyPointer[], value: PyPointer): number {
    const { words } = this.#heap;
    const block = address >>> 2;
    const end = HEADER_WORDS + INDEX_WORDS_PER_ENTRY * keys.length;
    const isEntry = (key: PyPointer, at: number) => words[at] === key && words[at + 1] === value;
    for (let word = 0; word < end; word++)
      if (keys.every((key, i) => isEntry(key, block + word + 2 * i))) return word;
    return -1;
  }
}
