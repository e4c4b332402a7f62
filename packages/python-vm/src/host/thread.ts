import { type MessagePort, Worker } from "node:worker_threads";
import type { WorkerLimits, WorkerSetup } from "../protocol/index.ts";
import { permissionFlags } from "./permissions.ts";

const MEBIBYTE = 2 ** 20;

export const DEFAULT_LIMITS: WorkerLimits = {
  heapMaxBytes: 256 * MEBIBYTE,
  stackSizeMb: 64,
  fileMaxBytes: 64 * MEBIBYTE,
  filesMaxBytes: 128 * MEBIBYTE,
  filesMaxCount: 20_000,
};
/**
 * Node ends the whole process when one allocation goes far beyond this, so it lies well above what bounded texts,
 * paths and messages can add up to. It costs nothing as long as it is not used.
 */
const JAVASCRIPT_HEAP_MB = 1024;
/** Short-lived objects: more than this is only kept, not needed. */
const YOUNG_OBJECTS_MB = 32;

export interface ThreadOptions {
  /** The module whose main function calls `startWorker`. */
  readonly workerUrl: URL;
  readonly setup: WorkerSetup;
  readonly readablePaths: readonly string[];
  readonly transfer?: MessagePort[];
}

/** A thread that can read its own code and nothing else of the machine. */
export function startThread({ workerUrl, setup, readablePaths, transfer = [] }: ThreadOptions): Worker {
  return new Worker(workerUrl, {
    workerData: setup,
    transferList: transfer,
    env: {},
    argv: [],
    execArgv: permissionFlags(readablePaths),
    resourceLimits: {
      maxOldGenerationSizeMb: JAVASCRIPT_HEAP_MB,
      maxYoungGenerationSizeMb: YOUNG_OBJECTS_MB,
      stackSizeMb: setup.limits.stackSizeMb,
    },
  });
}
