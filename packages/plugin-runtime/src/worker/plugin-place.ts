import type { CPython, PyPointer, PythonModule } from "@millrace/python-vm/worker";
import type { FilePlace } from "../protocol/index.ts";

/** The parts of CPython's C interface that walk its frames without running any Python code. */
interface FrameFunctions {
  _PyGILState_Ensure(): number;
  _PyGILState_Release(state: number): void;
  _PyErr_SetRaisedException(stolenException: PyPointer): void;
  _PyEval_GetFrame(): PyPointer;
  _PyFrame_GetBack(frame: PyPointer): PyPointer;
  _PyFrame_GetCode(frame: PyPointer): PyPointer;
  _PyFrame_GetLineNumber(frame: PyPointer): number;
}

const FRAMES_MAX = 1000;

/**
 * Where in the plugin its code is, found while C code waits inside a system call: Python itself cannot be asked then,
 * and an exception that is on its way must stay as it is.
 */
export class PluginPlaceFinder {
  readonly #python: CPython;
  readonly #raw: PythonModule & FrameFunctions;
  /** The directory of a multi-file plugin; null for a single file, whose code has the name `<string>`. */
  #directory: string | null = null;

  constructor(python: CPython) {
    this.#python = python;
    this.#raw = python.raw as PythonModule & FrameFunctions;
  }

  begin(packageDirectory: string | null): void {
    this.#directory = packageDirectory;
  }

  find(): FilePlace {
    const raw = this.#raw;
    const state = raw._PyGILState_Ensure();
    const pending = raw._PyErr_GetRaisedException();
    try {
      return this.#walk();
    } finally {
      raw._PyErr_SetRaisedException(pending);
      raw._PyGILState_Release(state);
    }
  }

  #walk(): FilePlace {
    const raw = this.#raw;
    let frame = raw._PyEval_GetFrame();
    if (frame !== 0) raw._Py_IncRef(frame);
    for (let depth = 0; frame !== 0 && depth < FRAMES_MAX; depth++) {
      const file = this.#ownFile(frame);
      const line = raw._PyFrame_GetLineNumber(frame);
      const back = file === undefined ? raw._PyFrame_GetBack(frame) : 0;
      raw._Py_DecRef(frame);
      if (file !== undefined) return { file, line };
      frame = back;
    }
    if (frame !== 0) raw._Py_DecRef(frame);
    return { file: null, line: null };
  }

  /** Null for a single file; a path below the directory of a package; undefined for code of others. */
  #ownFile(frame: PyPointer): string | null | undefined {
    const code = this.#raw._PyFrame_GetCode(frame);
    const name = this.#python.attribute(code, "co_filename");
    const file = this.#python.readString(name);
    this.#python.release(name);
    this.#python.release(code);
    const directory = this.#directory;
    if (directory === null) return file === "<string>" ? null : undefined;
    return file.startsWith(`${directory}/`) ? file.slice(directory.length + 1) : undefined;
  }
}
