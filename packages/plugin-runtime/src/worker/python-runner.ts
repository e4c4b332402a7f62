import { type CPython, type PyPointer, PythonErrorIsSet } from "@millrace/python-vm/worker";

/** The functions of our own Python that a worker calls; found once, so that a plugin cannot replace them. */
export class PythonRunner {
  readonly #python: CPython;
  readonly #functions = new Map<string, PyPointer>();

  constructor(python: CPython) {
    this.#python = python;
  }

  /** What a plugin does wrong is in the result; an exception here is the end of the interpreter. */
  call(name: "run" | "cache_command", args: () => PyPointer[]): PyPointer {
    const python = this.#python;
    try {
      return python.call(this.#find(name), args());
    } catch (error) {
      if (error instanceof PythonErrorIsSet) throw new Error(python.takeError(), { cause: error });
      throw error;
    }
  }

  #find(name: string): PyPointer {
    let found = this.#functions.get(name);
    if (found === undefined) {
      const module = this.#python.importModule("_millrace_runner");
      found = this.#python.attribute(module, name);
      this.#functions.set(name, found);
      this.#python.release(module);
    }
    return found;
  }
}
