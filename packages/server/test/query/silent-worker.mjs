import { workerData } from "node:worker_threads";

/** Answers nothing, gives nothing back, and fails when it is told to. */
workerData.requests.on("message", (message) => {
  if (message.kind === "sql" && message.sql === "fail now") throw new Error("as asked");
  if (message.kind === "close") process.exit();
});
