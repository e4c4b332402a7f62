import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { Heap } from "./heap.ts";

/** Integers of which Python itself has only one object each. */
const MIN = -5;
const MAX = 256;

/** Integers that need not be made. */
export class SmallInts {
  readonly #heap: Heap;
  readonly #objects: Int32Array;
  /** Never counted, as in every CPython since 3.12. */
  readonly #immortal: boolean;

  constructor(python: CPython, heap: Heap) {
    this.#heap = heap;
    this.#objects = Int32Array.from({ length: MAX - MIN + 1 }, (_, i) =>
      python.raw._PyLong_FromLong(MIN + i),
    );
    this.#immortal = this.#objects.every((object) => heap.isImmortal(object));
  }

  /** A new reference; 0 for a larger integer. */
  find(value: number): PyPointer {
    if (value < MIN || value > MAX) return 0;
    const object = this.#objects[value - MIN]!;
    if (!this.#immortal) this.#heap.retain(object);
    return object;
  }
}
