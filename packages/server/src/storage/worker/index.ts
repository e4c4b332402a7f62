export { inThreadWorker } from "./in-thread.ts";
export type { FromWorker, Task, ToWorker } from "./protocol.ts";
export {
  type StartWorker,
  TaskQueue,
  type TaskQueueOptions,
  type WorkerChannel,
  type WorkerHandlers,
} from "./task-queue.ts";
export type { TaskStats, WorkerStats } from "./worker-stats.ts";
export { type WorkerThreadOptions, workerThreads } from "./worker-thread.ts";
