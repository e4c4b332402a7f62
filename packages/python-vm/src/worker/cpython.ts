import type { PyPointer, PythonModule } from "./python-module.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const SHORT_TEXT_BYTES = 256;
/**
 * Texts are copied to JavaScript's heap, where running out of memory would end the whole process. One native call may
 * copy a few of these.
 */
const TEXT_MAX_BYTES = 64 * 1024 * 1024;

/** Raised by native code as the named built-in Python exception. */
export class PythonError extends Error {
  readonly exceptionName: string;
  constructor(exceptionName: string, text: string) {
    super(text);
    this.exceptionName = exceptionName;
  }
}

/** A Python exception is already set in the interpreter; native code gets out of its way with this. */
export class PythonErrorIsSet extends Error {}

/**
 * Python objects made, read and called through the C interface, without JavaScript proxies: those stay locked.
 * Methods that give a pointer give a new reference, which the caller passes on or releases.
 */
export class CPython {
  readonly raw: PythonModule;
  readonly none: PyPointer;
  /** Two words of scratch memory for C functions that answer through pointers. */
  readonly #scratch: number;

  constructor(module: PythonModule) {
    this.raw = module;
    this.none = module.__Py_NoneStruct;
    this.#scratch = module._malloc(8);
  }

  newNone(): PyPointer {
    this.raw._Py_IncRef(this.none);
    return this.none;
  }

  newString(text: string): PyPointer {
    const { raw } = this;
    const roomBytes = text.length * 3;
    if (roomBytes > SHORT_TEXT_BYTES) {
      const bytes = encoder.encode(text);
      return this.#withBytes(bytes, (address) => raw._PyUnicode_DecodeUTF8(address, bytes.length, 0));
    }
    const address = raw._malloc(SHORT_TEXT_BYTES);
    if (address === 0) throw new PythonError("MemoryError", "out of memory");
    const { written } = encoder.encodeInto(text, raw.HEAPU8.subarray(address, address + SHORT_TEXT_BYTES));
    const object = this.#checked(raw._PyUnicode_DecodeUTF8(address, written, 0));
    raw._free(address);
    return object;
  }

  newBytes(bytes: Uint8Array): PyPointer {
    const { raw } = this;
    const object = this.#checked(raw._PyBytes_FromStringAndSize(0, bytes.length));
    raw.HEAPU8.set(bytes, this.#bytesAddress(object));
    return object;
  }

  newFloat(value: number): PyPointer {
    return this.#checked(this.raw._PyFloat_FromDouble(value));
  }

  newBool(value: boolean): PyPointer {
    return this.raw._PyBool_FromLong(Number(value));
  }

  newTuple(stolenItems: readonly PyPointer[]): PyPointer {
    const tuple = this.#checked(this.raw._PyTuple_New(stolenItems.length));
    stolenItems.forEach((item, index) => {
      this.raw._PyTuple_SetItem(tuple, index, item);
    });
    return tuple;
  }

  /** Raises ValueError for a longer text; give a tighter limit where one is known. */
  readString(object: PyPointer, maxBytes = TEXT_MAX_BYTES): string {
    const { raw } = this;
    const address = raw._PyUnicode_AsUTF8AndSize(object, this.#scratch);
    if (address === 0) throw new PythonErrorIsSet();
    const sizeBytes = raw.HEAPU32[this.#scratch >>> 2]!;
    if (sizeBytes > maxBytes) {
      throw new PythonError(
        "ValueError",
        `a text of ${sizeBytes} bytes is too long here: at most ${maxBytes} are possible. Use several shorter ones`,
      );
    }
    return decoder.decode(raw.HEAPU8.subarray(address, address + sizeBytes));
  }

  /** A copy: the memory behind a Python object may move or go at any time. */
  readBytes(object: PyPointer): Uint8Array<ArrayBuffer> {
    const address = this.#bytesAddress(object);
    const sizeBytes = this.raw.HEAPU32[(this.#scratch + 4) >>> 2]!;
    return this.raw.HEAPU8.slice(address, address + sizeBytes) as Uint8Array<ArrayBuffer>;
  }

  readFloat(object: PyPointer): number {
    const value = this.raw._PyFloat_AsDouble(object);
    if (value === -1 && this.raw._PyErr_Occurred() !== 0) throw new PythonErrorIsSet();
    return value;
  }

  readInt(object: PyPointer): number {
    const value = this.raw._PyLong_AsLong(object);
    if (value === -1 && this.raw._PyErr_Occurred() !== 0) throw new PythonErrorIsSet();
    return value;
  }

  isNone(object: PyPointer): boolean {
    return object === this.none;
  }

  isString(object: PyPointer): boolean {
    const type = this.attribute(object, "__class__");
    const name = this.attribute(type, "__name__");
    try {
      return this.readString(name) === "str";
    } finally {
      this.release(type);
      this.release(name);
    }
  }

  tupleItem(tuple: PyPointer, index: number): PyPointer {
    return this.raw._PyTuple_GetItem(tuple, index);
  }

  importModule(name: string): PyPointer {
    return this.#withName(name, (address) => this.raw._PyImport_ImportModule(address));
  }

  attribute(object: PyPointer, name: string): PyPointer {
    return this.#withName(name, (address) => this.raw._PyObject_GetAttrString(object, address));
  }

  setAttribute(object: PyPointer, name: string, value: PyPointer): void {
    this.#withName(name, (address) =>
      this.raw._PyObject_SetAttrString(object, address, value) === 0 ? 1 : 0,
    );
  }

  /** Calls with arguments whose references it takes over. */
  call(callable: PyPointer, stolenArguments: readonly PyPointer[]): PyPointer {
    const tuple = this.newTuple(stolenArguments);
    const result = this.raw._PyObject_Call(callable, tuple, 0);
    this.raw._Py_DecRef(tuple);
    return this.#checked(result);
  }

  release(object: PyPointer): void {
    this.raw._Py_DecRef(object);
  }

  raise(exceptionName: string, text: string): void {
    const { raw } = this;
    const type = raw[`_PyExc_${exceptionName}`] ?? raw._PyExc_RuntimeError!;
    this.#withBytes(encoder.encode(`${text}\0`), (address) => {
      raw._PyErr_SetString(raw.HEAPU32[type >>> 2]!, address);
      return 1;
    });
  }

  /** Takes the pending exception away and describes it; for errors that no Python code will handle. */
  takeError(): string {
    const exception = this.raw._PyErr_GetRaisedException();
    if (exception === 0) return "unknown error";
    const text = this.raw._PyObject_Str(exception);
    const type = this.attribute(exception, "__class__");
    const name = this.attribute(type, "__name__");
    try {
      return `${this.readString(name)}: ${text === 0 ? "" : this.readString(text)}`;
    } finally {
      for (const object of [exception, type, name]) this.release(object);
    }
  }

  /** Lets Python's signal handlers run for an interrupt of the host; true when one of them raised. */
  raiseInterrupt(): boolean {
    this.raw._PyErr_SetInterruptEx(2);
    return this.raw._PyErr_CheckSignals() !== 0;
  }

  #bytesAddress(object: PyPointer): number {
    const { raw } = this;
    if (raw._PyBytes_AsStringAndSize(object, this.#scratch, this.#scratch + 4) !== 0)
      throw new PythonErrorIsSet();
    return raw.HEAPU32[this.#scratch >>> 2]!;
  }

  #checked(object: PyPointer): PyPointer {
    if (object === 0) throw new PythonErrorIsSet();
    return object;
  }

  #withName(name: string, use: (address: number) => number): number {
    return this.#withBytes(encoder.encode(`${name}\0`), use);
  }

  #withBytes(bytes: Uint8Array, use: (address: number) => number): number {
    const { raw } = this;
    const address = raw._malloc(bytes.length + 1);
    if (address === 0) throw new PythonError("MemoryError", "out of memory");
    raw.HEAPU8.set(bytes, address);
    try {
      return this.#checked(use(address));
    } finally {
      raw._free(address);
    }
  }
}
