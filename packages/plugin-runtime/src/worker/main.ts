import { type CPython, type PyPointer, PythonErrorIsSet, startWorker } from "@millrace/python-vm/worker";
import type { InterpreterTask, TaskResult } from "../protocol/index.ts";
import { TableBatchReader } from "../python-objects/index.ts";
import { pluginNatives, type RunMeter } from "./natives.ts";

await startWorker<InterpreterTask, TaskResult>(({ python, bridge }) => {
  const meter: RunMeter = { callTimeoutMs: 0, eventBytesLeft: 0 };
  const batches = new TableBatchReader(python);
  return {
    natives: pluginNatives(python, bridge, meter),
    handle: (task) => {
      if (task.op === "run") {
        meter.callTimeoutMs = task.callTimeoutMs;
        meter.eventBytesLeft = task.eventsMaxBytes;
      }
      const result = task.op === "run" ? runPlugin(python, batches, task) : cacheCommand(python, task);
      const response: TaskResult = { ...result, heapBytes: python.raw.HEAPU8.length };
      return { response, transfer: response.bytes ? [response.bytes.buffer as ArrayBuffer] : [] };
    },
  };
});

type Described = Omit<TaskResult, "heapBytes">;

function runPlugin(
  python: CPython,
  batches: TableBatchReader,
  task: Extract<InterpreterTask, { op: "run" }>,
): Described {
  const result = callRunner(python, "run", () => [
    python.newString(task.json),
    batches.read(task.frames, task.tables),
    task.body ? python.newBytes(task.body) : python.newNone(),
  ]);
  const outcome = python.tupleItem(result, 0);
  const body = python.tupleItem(result, 1);
  const described: Described = {
    json: python.readString(outcome),
    bytes: python.isNone(body) ? null : python.readBytes(body),
  };
  python.release(result);
  return described;
}

function cacheCommand(python: CPython, task: Extract<InterpreterTask, { op: "cache" }>): Described {
  const result = callRunner(python, "cache_command", () => [
    python.newString(task.command),
    python.newString(task.namespace),
    task.data ? python.newBytes(task.data) : python.newNone(),
  ]);
  try {
    if (python.isNone(result)) return { json: null, bytes: null };
    if (python.isString(result)) return { json: python.readString(result), bytes: null };
    return { json: null, bytes: python.readBytes(result) };
  } finally {
    python.release(result);
  }
}

/** Calls trusted Python. What a plugin does wrong is in the result; an exception here is the end of the interpreter. */
function callRunner(python: CPython, name: string, args: () => PyPointer[]): PyPointer {
  const module = python.importModule("_millrace_runner");
  const callable = python.attribute(module, name);
  try {
    return python.call(callable, args());
  } catch (error) {
    if (error instanceof PythonErrorIsSet) throw new Error(python.takeError(), { cause: error });
    throw error;
  } finally {
    python.release(module);
    python.release(callable);
  }
}
