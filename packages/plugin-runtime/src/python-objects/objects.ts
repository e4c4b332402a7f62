import { type CPython, type PyPointer, PythonError, PythonErrorIsSet } from "@millrace/python-vm/worker";

/** A new reference, or the Python error that C reported by giving none. */
export function checked(object: PyPointer): PyPointer {
  if (object === 0) throw new PythonErrorIsSet();
  return object;
}

/** Python strings made once and shared by many rows. Released together. */
export class SharedStrings {
  readonly #python: CPython;
  readonly #byText = new Map<string, PyPointer>();

  constructor(python: CPython) {
    this.#python = python;
  }

  /** A borrowed reference. */
  get(text: string): PyPointer {
    let object = this.#byText.get(text);
    if (object === undefined) {
      object = this.#python.newString(text);
      this.#byText.set(text, object);
    }
    return object;
  }

  release(): void {
    for (const object of this.#byText.values()) this.#python.release(object);
    this.#byText.clear();
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
