import { type CPython, type PyPointer, PythonError } from "@millrace/python-vm/worker";

/** More references than memory has room for: objects whose count begins above it are immortal and never counted. */
const COUNTED_MAX = 2 ** 29;

/** Python's memory as words, for what would take longer to ask C for than to look up. */
export class Heap {
  readonly #python: CPython;
  #words: Uint32Array;

  constructor(python: CPython) {
    this.#python = python;
    this.#words = python.raw.HEAPU32;
  }

  /** Ask anew after every call of C: memory that grew leaves the old view empty. */
  get words(): Uint32Array {
    if (this.#words.length === 0) this.#words = this.#python.raw.HEAPU32;
    return this.#words;
  }

  /** Adds a reference: the count is the first word of every object. */
  retain(object: PyPointer): void {
    const { words } = this;
    const count = words[object >>> 2]!;
    if (count < COUNTED_MAX) words[object >>> 2] = count + 1;
  }
}

/** A copy of bytes in Python's memory, where its string decoder can read them. */
export class HeapCopy {
  readonly address: number;
  readonly #python: CPython;

  constructor(python: CPython, bytes: Uint8Array) {
    this.#python = python;
    this.address = python.raw._malloc(bytes.length + 1);
    if (this.address === 0) throw new PythonError("MemoryError", "");
    python.raw.HEAPU8.set(bytes, this.address);
  }

  text(offset: number, sizeBytes: number): PyPointer {
    return this.#python.raw._PyUnicode_DecodeUTF8(this.address + offset, sizeBytes, 0);
  }

  free(): void {
    this.#python.raw._free(this.address);
  }
}
