import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { Heap } from "./heap.ts";
import { checked } from "./objects.ts";

/** A list object is shorter than this. */
const LIST_WORDS = 16;

/** Where CPython keeps the items of a list: in a block that the list points to. Found by looking at one. */
export class ListLayout {
  readonly #python: CPython;
  readonly #heap: Heap;
  /** From a list to its pointer to the block. */
  readonly #blockWord: number;

  constructor(python: CPython, heap: Heap) {
    this.#python = python;
    this.#heap = heap;
    const items = [python.newString("one"), python.newString("two")];
    const list = checked(python.raw._PyList_New(items.length));
    items.forEach((item, index) => {
      python.raw._PyList_SetItem(list, index, item);
    });
    const found = Array.from({ length: LIST_WORDS }, (_, word) => word).find((word) => {
      const block = heap.words[(list >>> 2) + word]! >>> 2;
      return items.every((item, index) => heap.words[block + index] === item);
    });
    if (found === undefined)
      throw new Error("This build of CPython keeps the items of lists in a way unknown here.");
    this.#blockWord = found;
    python.release(list);
  }

  /** A list of these objects; it takes over a reference to each. */
  newList(stolenItems: Uint32Array): PyPointer {
    const list = checked(this.#python.raw._PyList_New(stolenItems.length));
    const { words } = this.#heap;
    if (stolenItems.length > 0) words.set(stolenItems, words[(list >>> 2) + this.#blockWord]! >>> 2);
    return list;
  }
}
