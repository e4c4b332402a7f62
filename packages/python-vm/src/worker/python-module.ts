/** Address of a Python object in the WebAssembly memory. 0 is C's NULL: an error is set. */
export type PyPointer = number;

/** The parts of CPython's C interface (and of Emscripten's runtime) that we call from JavaScript. */
export interface PythonModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  addFunction(callback: (...args: number[]) => number, signature: string): number;
  mmapAlloc(sizeBytes: number): number;
  _malloc(sizeBytes: number): number;
  _free(address: number): void;
  readonly __Py_NoneStruct: PyPointer;
  readonly [exception: `_PyExc_${string}`]: number;
  _Py_IncRef(object: PyPointer): void;
  _Py_DecRef(object: PyPointer): void;
  _PyBool_FromLong(value: number): PyPointer;
  _PyLong_FromLong(value: number): PyPointer;
  _PyLong_FromLongLong(value: bigint): PyPointer;
  _PyLong_FromUnsignedLongLong(value: bigint): PyPointer;
  _PyLong_AsLong(object: PyPointer): number;
  _PyFloat_FromDouble(value: number): PyPointer;
  _PyFloat_AsDouble(object: PyPointer): number;
  _PyUnicode_DecodeUTF8(address: number, sizeBytes: number, errors: number): PyPointer;
  _PyUnicode_AsUTF8AndSize(object: PyPointer, sizeAddress: number): number;
  _PyUnicode_InternInPlace(objectAddress: number): void;
  _PyBytes_FromStringAndSize(address: number, sizeBytes: number): PyPointer;
  _PyBytes_AsStringAndSize(object: PyPointer, address: number, sizeAddress: number): number;
  _PyDict_New(): PyPointer;
  _PyDict_Copy(dict: PyPointer): PyPointer;
  /** A dict that holds `size` items before it has to grow. */
  __PyDict_NewPresized(size: number): PyPointer;
  _PyDict_SetItem(dict: PyPointer, key: PyPointer, value: PyPointer): number;
  _PyList_New(size: number): PyPointer;
  _PyList_SetItem(list: PyPointer, index: number, stolenItem: PyPointer): number;
  _PyList_Append(list: PyPointer, item: PyPointer): number;
  _PyTuple_New(size: number): PyPointer;
  _PyTuple_SetItem(tuple: PyPointer, index: number, stolenItem: PyPointer): number;
  _PyTuple_GetItem(tuple: PyPointer, index: number): PyPointer;
  _PyObject_Call(callable: PyPointer, args: PyPointer, keywords: PyPointer): PyPointer;
  _PyObject_GetAttrString(object: PyPointer, nameAddress: number): PyPointer;
  _PyObject_SetAttrString(object: PyPointer, nameAddress: number, value: PyPointer): number;
  _PyObject_Str(object: PyPointer): PyPointer;
  _PyImport_ImportModule(nameAddress: number): PyPointer;
  _PyCMethod_New(definition: number, self: PyPointer, module: PyPointer, type: PyPointer): PyPointer;
  _PyObject_GC_IsTracked(object: PyPointer): number;
  _PyObject_GC_Track(object: PyPointer): void;
  _PyObject_GC_UnTrack(object: PyPointer): void;
  _PyErr_SetString(exceptionType: PyPointer, textAddress: number): void;
  _PyErr_Occurred(): PyPointer;
  _PyErr_GetRaisedException(): PyPointer;
  _PyErr_CheckSignals(): number;
  _PyErr_SetInterruptEx(signal: number): number;
}
