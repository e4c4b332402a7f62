import { type CPython, type PyPointer, PythonErrorIsSet } from "@millrace/python-vm/worker";

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
