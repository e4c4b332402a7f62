import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { Heap } from "./heap.ts";
import type { ListLayout } from "./list-layout.ts";

/**
 * The rows that a plugin was given, held until its run has ended. Rows consist of numbers and texts and mostly go with
 * their run, so Python's garbage collector is kept from searching them, which would cost as much as making them. Those
 * that live on are shown to it: a plugin may have put anything into them.
 */
export class GivenRows {
  readonly #python: CPython;
  readonly #heap: Heap;
  readonly #lists: ListLayout;
  readonly #given: { readonly rows: Uint32Array; readonly holder: PyPointer }[] = [];

  constructor(python: CPython, heap: Heap, lists: ListLayout) {
    this.#python = python;
    this.#heap = heap;
    this.#lists = lists;
  }

  /** A list for the plugin. It and this object share the references, of which each row must have two. */
  give(rows: Uint32Array): PyPointer {
    this.#given.push({ rows, holder: this.#lists.newList(rows) });
    return this.#lists.newList(rows);
  }

  /** To be called when the plugin has no more use for them. */
  release(): void {
    const { _PyObject_GC_IsTracked: isTracked, _PyObject_GC_Track: track } = this.#python.raw;
    for (const { rows, holder } of this.#given) {
      const { words } = this.#heap;
      for (const row of rows) {
        if (words[row >>> 2] !== 1 && isTracked(row) === 0) track(row);
      }
      this.#python.release(holder);
    }
    this.#given.length = 0;
  }
}
