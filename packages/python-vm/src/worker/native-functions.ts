import { InterpreterExit } from "../sandbox/index.ts";
import { type CPython, PythonError, PythonErrorIsSet } from "./cpython.ts";
import type { PyPointer } from "./python-module.ts";

/** A function that Python calls as a built-in: borrowed arguments in, a new reference out. */
export type NativeFunction = (...args: PyPointer[]) => PyPointer;

const METH_FASTCALL = 0x80;
const DEFINITION_BYTES = 16;

/** Makes built-in functions of JavaScript ones and puts them on a Python module. They live as long as the interpreter. */
export function defineNativeFunctions(
  python: CPython,
  moduleName: string,
  functions: Readonly<Record<string, NativeFunction>>,
): void {
  const module = python.importModule(moduleName);
  for (const [name, implementation] of Object.entries(functions)) {
    const builtin = newBuiltin(python, name, implementation);
    python.setAttribute(module, name, builtin);
    python.release(builtin);
  }
  python.release(module);
}

function newBuiltin(python: CPython, name: string, implementation: NativeFunction): PyPointer {
  const { raw } = python;
  const trampoline = (_self: number, argumentsAddress: number, count: number): number => {
    const first = argumentsAddress >>> 2;
    try {
      return implementation(...raw.HEAPU32.subarray(first, first + count));
    } catch (error) {
      return setPythonError(python, error);
    }
  };
  const nameBytes = new TextEncoder().encode(`${name}\0`);
  const definition = raw._malloc(DEFINITION_BYTES + nameBytes.length);
  const nameAddress = definition + DEFINITION_BYTES;
  raw.HEAPU8.set(nameBytes, nameAddress);
  // struct PyMethodDef: name, function, flags, documentation.
  raw.HEAPU32.set(
    [nameAddress, raw.addFunction(trampoline as (...args: number[]) => number, "iiii"), METH_FASTCALL, 0],
    definition >>> 2,
  );
  return raw._PyCMethod_New(definition, 0, 0, 0);
}

function setPythonError(python: CPython, error: unknown): PyPointer {
  if (error instanceof InterpreterExit) throw error;
  if (error instanceof PythonError) python.raise(error.exceptionName, error.message);
  else if (!(error instanceof PythonErrorIsSet))
    python.raise("RuntimeError", `native code failed: ${String(error)}`);
  return 0;
}
