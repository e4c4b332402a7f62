import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { SourceSlot } from "../protocol/index.ts";

/**
 * The texts of the plugins that run here, as Python strings. One that is the same object in every run costs nothing
 * to pass, to hash, or to compare.
 */
export class SourceTexts {
  readonly #python: CPython;
  readonly #texts: PyPointer[] = [];

  constructor(python: CPython) {
    this.#python = python;
  }

  /** A new reference. */
  take({ slot, text }: SourceSlot): PyPointer {
    if (text !== null) {
      const old = this.#texts[slot];
      this.#texts[slot] = this.#python.newString(text);
      if (old !== undefined) this.#python.release(old);
    }
    const source = this.#texts[slot]!;
    this.#python.raw._Py_IncRef(source);
    return source;
  }
}
