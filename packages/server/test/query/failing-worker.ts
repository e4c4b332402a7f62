import { workerData } from "node:worker_threads";
import type { ToWorker, WorkerSetup } from "#src/query/protocol/index.js";

/** The real worker, except that one statement throws where nobody catches. */
await import("#src/query/query-worker.js");
(workerData as WorkerSetup).requests.on("message", (message: ToWorker) => {
  if (message.kind === "sql" && message.sql === "fail now") throw new Error("as asked");
});
