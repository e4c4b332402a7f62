import { workerData } from "node:worker_threads";

/** The real worker, except that one statement throws where nobody catches. */
await import("#src/query/query-worker.js");
workerData.requests.on("message", (message) => {
  if (message.kind === "sql" && message.sql === "fail now") throw new Error("as asked");
});
