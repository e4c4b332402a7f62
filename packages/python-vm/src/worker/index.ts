export { monotonicMs } from "../clock/index.ts";
export { FileError, type FileStat, type HostFiles } from "../protocol/index.ts";
export type { Bridge } from "./bridge.ts";
export { type CPython, PythonError, PythonErrorIsSet } from "./cpython.ts";
export type { NativeFunction } from "./native-functions.ts";
export type { PyPointer, PythonModule } from "./python-module.ts";
export { startWorker, type WorkerContext, type WorkerDefinition } from "./start-worker.ts";
