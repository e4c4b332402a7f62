import { parentPort, workerData } from "node:worker_threads";
import { systemRandom } from "../foundation/index.ts";
import { GroupWriter } from "./group-writer.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { nodeWalFileSystem } from "./wal-file-system.ts";
import type { ToWorker, WalWorkerData } from "./worker-protocol.ts";

// The WAL worker: writes and syncs commit groups synchronously, and does nothing else.
const port = parentPort;
if (port === null) throw new Error("this module runs in a worker thread");

const { directory, segmentBytes, position } = workerData as WalWorkerData;
const segments = new SegmentWriter({
  fs: nodeWalFileSystem,
  random: systemRandom,
  directory,
  segmentBytes,
  position,
});
const writer = new GroupWriter(segments, (message) => port.postMessage(message));

let preparing = false;

function prepareWhenIdle(): void {
  if (preparing) return;
  preparing = true;
  setImmediate(() => {
    preparing = false;
    if (writer.prepare()) prepareWhenIdle();
  });
}

port.on("message", (message: ToWorker) => {
  writer.handle(message);
  if (message.kind === "close") port.close();
  else prepareWhenIdle();
});
