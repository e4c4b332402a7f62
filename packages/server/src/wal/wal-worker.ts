import { parentPort, workerData } from "node:worker_threads";
import { systemClock, systemRandom } from "../foundation/index.ts";
import { GroupWriter } from "./group-writer.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { nodeWalFileSystem } from "./wal-file-system.ts";
import type { ToWorker, WalWorkerData } from "./worker-protocol.ts";

// The WAL worker: writes and syncs commit groups synchronously, and does nothing else.
const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread");

const segments = new SegmentWriter({
  ...(workerData as WalWorkerData),
  fs: nodeWalFileSystem,
  random: systemRandom,
  clock: systemClock,
});
const writer = new GroupWriter(segments, (message) => port.postMessage(message));

let working = false;

/** Between groups: a group that came in the meantime is served before the next step. */
function workWhenIdle(): void {
  if (working) return;
  working = true;
  setImmediate(() => {
    working = false;
    if (writer.work()) workWhenIdle();
  });
}

port.on("message", (message: ToWorker) => {
  writer.handle(message);
  if (message.kind === "close") port.close();
  else workWhenIdle();
});
