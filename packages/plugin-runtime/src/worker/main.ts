import { type CPython, startWorker, type WorkerContext } from "@millrace/python-vm/worker";
import type { InterpreterTask, TaskResult } from "../protocol/index.ts";
import { TableBatchReader } from "../python-objects/index.ts";
import { hostFiles } from "./host-files.ts";
import { pluginNatives } from "./natives.ts";
import { networkNatives } from "./network-natives.ts";
import { PluginPlaceFinder } from "./plugin-place.ts";
import { PythonRunner } from "./python-runner.ts";
import { RunMeter } from "./run-meter.ts";
import { SourceTexts } from "./source-texts.ts";

await startWorker<InterpreterTask, TaskResult>(({ python, bridge, clock }) => {
  const meter = new RunMeter();
  const places = new PluginPlaceFinder(python);
  const parts: RunParts = {
    python,
    runner: new PythonRunner(python),
    meter,
    places,
    clock,
    batches: new TableBatchReader(python),
    sources: new SourceTexts(python),
  };
  return {
    natives: { ...pluginNatives(python, bridge, meter), ...networkNatives(python, bridge, meter) },
    files: hostFiles(bridge, meter, places),
    handle: (task) => {
      const result = task.op === "run" ? runPlugin(parts, task) : cacheCommand(parts, task);
      const response: TaskResult = {
        ...result,
        exceeded: meter.exceeded,
        heapBytes: python.raw.HEAPU8.length,
      };
      return { response, transfer: response.bytes ? [response.bytes.buffer as ArrayBuffer] : [] };
    },
  };
});

type Described = Pick<TaskResult, "json" | "bytes">;

interface RunParts {
  readonly python: CPython;
  readonly runner: PythonRunner;
  readonly meter: RunMeter;
  readonly places: PluginPlaceFinder;
  readonly clock: WorkerContext["clock"];
  readonly batches: TableBatchReader;
  readonly sources: SourceTexts;
}

function runPlugin(parts: RunParts, task: Extract<InterpreterTask, { op: "run" }>): Described {
  const { python, runner, meter, places, clock, batches, sources } = parts;
  const source = sources.take(task.source);
  const tables = batches.read(task.frames, task.tables);
  meter.begin(task.limits, task.callTimeoutMs);
  places.begin(task.packageDirectory);
  clock.freeze(task.frozenTimeNs ?? undefined);
  try {
    const result = runner.call("run", () => [
      python.newString(task.json),
      source,
      tables,
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
  } finally {
    clock.freeze(undefined);
  }
}

function cacheCommand(
  { python, runner }: RunParts,
  task: Extract<InterpreterTask, { op: "cache" }>,
): Described {
  const result = runner.call("cache_command", () => [
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
