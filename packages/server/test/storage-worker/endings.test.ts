import assert from "node:assert/strict";
import type { BufferBatch } from "#src/buffer/index.js";
import { type Logger, silentLogger, systemClock } from "#src/foundation/index.js";
import type { StoreSetup } from "#src/object-store/index.js";
import type { CompactionTask, SnapshotTask } from "#src/storage/index.js";
import { inThreadWorker, TaskQueue, type WorkerHandlers, workerThreads } from "#src/storage/worker/index.js";
import { depsIn } from "../storage-snapshot/rig.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const SNAPSHOT = { snapshot: 1, buffer: [] as readonly BufferBatch[] } as unknown as SnapshotTask;
const COMPACTION = { inputs: [] } as unknown as CompactionTask;

describe("the end of a storage worker", () => {
  const directory = temporaryDirectory();

  it("tells why the thread could not start, with every task", async () => {
    const reasons: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (_message, fields) => reasons.push(fields?.["reason"]) };
    const setup = { kind: "s3" } as unknown as StoreSetup;
    const queue = new TaskQueue({ clock: systemClock, logger, startWorker: workerThreads({ setup }) });
    await assert.rejects(queue.compact(COMPACTION), /the storage worker ended during the task: (?!it ended)/);
    await assert.rejects(queue.snapshot(SNAPSHOT), /the storage worker ended during the task: (?!it ended)/);
    assert.equal(reasons.length, 2);
    assert.equal(queue.stats.snapshot.failures, 1);
    await queue.close();
  });

  it("is waited for by a close, which may be asked for again, or without any worker", async () => {
    const idle = new TaskQueue({
      clock: systemClock,
      logger: silentLogger,
      startWorker: () => assert.fail("nothing was to be done"),
    });
    await idle.close();
    await idle.close();
    await assert.rejects(idle.compact(COMPACTION), /the server is stopping/);
  });

  it("is told once, however it is ended", async () => {
    let exits = 0;
    const channel = inThreadWorker(depsIn(directory.path))({ onMessage() {}, onExit: () => void exits++ });
    channel.post({ kind: "close" });
    channel.terminate();
    channel.post({ kind: "close" });
    assert.equal(exits, 1);
  });

  it("leaves answers of a task that was given up without effect", async () => {
    let handlers: WorkerHandlers | undefined;
    const queue = new TaskQueue({
      clock: systemClock,
      logger: silentLogger,
      startWorker: (given) => {
        handlers = given;
        return { post() {}, terminate: () => given.onExit("terminated") };
      },
    });
    const task = queue.compact(COMPACTION);
    handlers!.onMessage({ kind: "failed", message: "no space left" });
    await assert.rejects(task, /no space left/);
    handlers!.onMessage({ kind: "failed", message: "no space left" });
    assert.equal(queue.stats.compaction.failures, 1);
    const next = assert.rejects(queue.compact(COMPACTION), /stopping/);
    await queue.close();
    await next;
  });
});
