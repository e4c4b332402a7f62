import { Worker } from "node:worker_threads";
import type { StoreSetup } from "../../object-store/index.ts";
import type { FromWorker, StorageWorkerData } from "./protocol.ts";
import type { StartWorker } from "./task-queue.ts";

export interface WorkerThreadOptions {
  readonly setup: StoreSetup;
  /** Bounds the thread's JavaScript heap; rows are outside of it, tag values are in it. */
  readonly maxHeapMb?: number;
}

const MAX_HEAP_MB = 2048;
/** Batches are made of few long-lived arrays: a larger nursery would only be memory. */
const MAX_NURSERY_MB = 16;

/** Starts storage workers as threads. */
export function workerThreads(options: WorkerThreadOptions): StartWorker {
  const workerData: StorageWorkerData = { setup: options.setup };
  return (handlers) => {
    const worker = new Worker(new URL("./storage-worker.js", import.meta.url), {
      name: "storage",
      workerData,
      // Flags of the main program, such as a loader, are not for this thread.
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: options.maxHeapMb ?? MAX_HEAP_MB,
        maxYoungGenerationSizeMb: MAX_NURSERY_MB,
      },
    });
    let reason = "it ended by itself";
    worker.on("message", (message: FromWorker) => handlers.onMessage(message));
    worker.on("error", (error) => {
      reason = (error as Error).message;
    });
    worker.on("exit", () => handlers.onExit(reason));
    return {
      post: (message) => worker.postMessage(message),
      terminate: () => {
        worker.terminate().catch(() => {});
      },
    };
  };
}
