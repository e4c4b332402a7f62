import { setImmediate as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { runInBackground, systemClock } from "../../foundation/index.ts";
import { openLocalFile, openStorePart } from "../../object-store/index.ts";
import type { FromWorker, StorageWorkerData, ToWorker } from "./protocol.ts";
import { runTask } from "./run-task.ts";
import { TaskInbox } from "./task-inbox.ts";

// The storage worker: sorts, merges, encodes and stores, and does nothing else.
const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread");

runInBackground();
const { setup } = workerData as StorageWorkerData;
// Compaction reads a file once: copies are for those who read it again.
const part = openStorePart(setup, { keepCopies: false });
const send = (message: FromWorker): void => port.postMessage(message);
const deps = {
  store: part.store,
  files: part.files,
  openFile: openLocalFile,
  clock: systemClock,
  pause: () => pause(),
  onProgress: () => send({ kind: "progress" }),
};
const inbox = new TaskInbox();

port.on("message", async (message: ToWorker) => {
  if (message.kind === "buffer") {
    inbox.add(message.batch);
  } else if (message.kind === "run") {
    send(await runTask(inbox.complete(message.task), deps));
  } else {
    await part.close();
    port.close();
  }
});
