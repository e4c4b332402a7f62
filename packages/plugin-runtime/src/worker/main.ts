import { type CPython, startWorker, type WorkerContext } from "@millrace/python-vm/worker";
import type { InterpreterTask, TaskResult } from "../protocol/index.ts";
import { TableBatchReader } from "../python-objects/index.ts";
import { EventGate } from "./event-gate.ts";
import { hostFiles } from "./host-files.ts";
import { pluginNatives } from "./natives.ts";
import { networkNatives } from "./network-natives.ts";
import { PluginPlaceFinder } from "./plugin-place.ts";
import { PythonRunner } from "./python-runner.ts";
import { readOutcome } from "./read-outcome.ts";
import { ReceivedLines } from "./received-lines.ts";
import { RunMeter } from "./run-meter.ts";
import { SourceTexts } from "./source-texts.ts";

await startWorker<InterpreterTask, TaskResult>(({ python, bridge, clock }) => {
  const meter = new RunMeter();
  const gate = new EventGate();
  const places = new PluginPlaceFinder(python);
  const parts: RunParts = {
    python,
    runner: new PythonRunner(python),
    meter,
    gate,
    places,
    clock,
    batches: new TableBatchReader(python),
    lines: new ReceivedLines(),
    sources: new SourceTexts(python),
  };
  return {
    natives: { ...pluginNatives(python, bridge, meter, gate), ...networkNatives(python, bridge, meter) },
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

type Described = Pick<TaskResult, "outcome" | "refused" | "bytes" | "rows">;

interface RunParts {
  readonly python: CPython;
  readonly runner: PythonRunner;
  readonly meter: RunMeter;
  readonly gate: EventGate;
  readonly places: PluginPlaceFinder;
  readonly clock: WorkerContext["clock"];
  readonly batches: TableBatchReader;
  readonly lines: ReceivedLines;
  readonly sources: SourceTexts;
}

function runPlugin(parts: RunParts, task: Extract<InterpreterTask, { op: "run" }>): Described {
  const { python, runner, meter, gate, places, clock, batches, lines, sources } = parts;
  const source = sources.take(task.source);
  const tables = batches.read({ ...task, lines: lines.of(task) });
  const { rows } = batches;
  meter.begin(task.limits, task.callTimeoutMs);
  gate.begin(task.limits);
  places.begin(task.packageDirectory);
  clock.freeze(task.frozenTimeNs ?? undefined);
  try {
    const result = runner.call("run", () => [
      python.newString(task.json),
      source,
      tables,
      task.body ? python.newBytes(task.body) : python.newNone(),
    ]);
    batches.release();
    const told = readOutcome(python.readString(python.tupleItem(result, 0)));
    const body = python.tupleItem(result, 1);
    const bytes = python.isNone(body) ? null : python.readBytes(body);
    python.release(result);
    if (told === undefined) return { outcome: null, refused: null, bytes: null, rows };
    const events = gate.admit(told.events);
    return { outcome: { ...told, events, overdrawn: gate.overdrawn }, refused: null, bytes, rows };
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
    const refused = python.isString(result) ? python.readString(result) : null;
    const packed = !python.isNone(result) && refused === null;
    return { outcome: null, refused, bytes: packed ? python.readBytes(result) : null, rows: 0 };
  } finally {
    python.release(result);
  }
}
