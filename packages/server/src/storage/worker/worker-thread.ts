import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import type { StoreSetup } from "../../object-store/index.ts";
import type { FromWorker, StorageWorkerData } from "./protocol.ts";
import type { StartWorker } from "./task-queue.ts";

export interface WorkerThreadOptions {
  readonly setup: StoreSetup;
  /** Bounds the first thread's JavaScript heap; rows are outside of it, tag values are in it. */
  readonly maxHeapMb?: number;
}

const MAX_HEAP_MB = 2048;
/** Batches are made of few long-lived arrays: a larger nursery would only be memory. */
const MAX_NURSERY_MB = 16;

/** What the heap may grow to, thread after thread. */
const LARGEST_SHARE_OF_MEMORY = 0.5;
const MEGABYTE = 2 ** 20;

/**
 * Starts storage workers as threads. What is frozen has to get to files, however many tag values it has: after a thread
 * that ran out of heap the next one gets twice as much, or the same snapshot would fail for ever.
 */
export function workerThreads(options: WorkerThreadOptions): StartWorker {
  const workerData: StorageWorkerData = { setup: options.setup };
  let maxHeapMb = options.maxHeapMb ?? MAX_HEAP_MB;
  const largestMb = Math.max(maxHeapMb, Math.floor((totalmem() * LARGEST_SHARE_OF_MEMORY) / MEGABYTE));
  return (handlers) => {
    const worker = new Worker(new URL("./storage-worker.js", import.meta.url), {
      name: "storage",
      workerData,
      // Flags of the main program, such as a loader, are not for this thread.
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: maxHeapMb,
        maxYoungGenerationSizeMb: MAX_NURSERY_MB,
      },
    });
    let reason = "it ended by itself";
    worker.on("message", (message: FromWorker) => handlers.onMessage(message));
    worker.on("error", (error) => {
      reason = (error as Error).message;
      if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY")
        maxHeapMb = Math.min(maxHeapMb * 2, largestMb);
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
