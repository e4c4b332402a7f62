import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BufferBatch } from "#src/buffer/index.js";
import { silentLogger } from "#src/foundation/index.js";
import type { CompactionTask, NewFile, SnapshotTask } from "#src/storage/index.js";
import { type FromWorker, TaskQueue, type ToWorker, type WorkerHandlers } from "#src/storage/worker/index.js";
import { FakeClock } from "../engine/support/fake-clock.ts";

const SNAPSHOT = { snapshot: 1, buffer: [] as readonly BufferBatch[] } as unknown as SnapshotTask;
const COMPACTION = { inputs: [] as readonly NewFile[] } as unknown as CompactionTask;
const FIGURES = { rows: 3, bytes: 50, sortMs: 1, encodeMs: 2, storeMs: 4 };

/** Workers that do nothing but what the test says. */
class FakeWorkers {
  readonly lives: { handlers: WorkerHandlers; received: ToWorker[] }[] = [];
  terminated = 0;
  readonly clock = new FakeClock();
  readonly queue = new TaskQueue({
    clock: this.clock,
    logger: silentLogger,
    silenceMs: 1000,
    startWorker: (handlers) => {
      const life = { handlers, received: [] as ToWorker[] };
      this.lives.push(life);
      return {
        post: (message) => {
          life.received.push(message);
          if (message.kind === "close") handlers.onExit("closed");
        },
        terminate: () => {
          this.terminated++;
          handlers.onExit("terminated");
        },
      };
    },
  });

  answer(message: FromWorker): void {
    this.lives.at(-1)!.handlers.onMessage(message);
  }

  done(key: string): void {
    const files = [{ key } as NewFile];
    this.answer({ kind: "done", outcome: { files, figures: FIGURES } });
  }

  get kinds(): string[] {
    return this.lives
      .at(-1)!
      .received.map((message) => (message.kind === "run" ? message.task.kind : message.kind));
  }
}

describe("the queue of the storage worker", () => {
  it("runs one task at a time, snapshots before compactions", async () => {
    const workers = new FakeWorkers();
    const first = workers.queue.compact(COMPACTION);
    const second = workers.queue.compact(COMPACTION);
    const snapshot = workers.queue.snapshot(SNAPSHOT);
    assert.deepEqual(workers.kinds, ["compaction"]);
    workers.done("a");
    assert.equal((await first).key, "a");
    assert.deepEqual(workers.kinds, ["compaction", "snapshot"]);
    workers.done("b");
    assert.deepEqual(
      (await snapshot).map(({ key }) => key),
      ["b"],
    );
    workers.done("c");
    assert.equal((await second).key, "c");
    assert.deepEqual(workers.queue.stats.compaction, {
      tasks: 2,
      failures: 0,
      rows: 6,
      bytes: 100,
      sortMs: 2,
      encodeMs: 4,
      storeMs: 8,
    });
  });

  it("hands over what is buffered in parts, in turns of their own", async () => {
    const workers = new FakeWorkers();
    const batches = [1, 2, 3].map((sequence): BufferBatch => ({ sequence, messages: [] }));
    const snapshot = workers.queue.snapshot({ ...SNAPSHOT, buffer: batches });
    assert.deepEqual(workers.kinds, ["buffer"]);
    await nextTurn();
    assert.deepEqual(workers.kinds, ["buffer", "buffer"]);
    while (workers.kinds.at(-1) !== "snapshot") await nextTurn();
    assert.deepEqual(workers.kinds, ["buffer", "buffer", "buffer", "snapshot"]);
    workers.done("a");
    assert.equal((await snapshot)[0]!.key, "a");
  });

  it("gives nothing more to a worker that died between two parts", async () => {
    const workers = new FakeWorkers();
    const batches = [1, 2, 3].map((sequence): BufferBatch => ({ sequence, messages: [] }));
    const snapshot = workers.queue.snapshot({ ...SNAPSHOT, buffer: batches });
    const next = workers.queue.snapshot(SNAPSHOT);
    workers.lives[0]!.handlers.onExit("out of memory");
    await assert.rejects(snapshot, /out of memory/);
    await nextTurn();
    assert.deepEqual(workers.lives[0]!.received.length, 1);
    assert.deepEqual(workers.kinds, ["snapshot"]);
    workers.done("b");
    assert.equal((await next)[0]!.key, "b");
  });

  it("ends a worker that has got only a part of a task", async () => {
    const workers = new FakeWorkers();
    function* broken(): Generator<BufferBatch> {
      yield { sequence: 1, messages: [] };
      throw new Error("no memory");
    }
    const snapshot = workers.queue.snapshot({ ...SNAPSHOT, buffer: broken() });
    await assert.rejects(snapshot, /the storage worker ended during the task/);
    assert.equal(workers.terminated, 1);
  });

  it("rejects a task that failed and goes on with the next", async () => {
    const workers = new FakeWorkers();
    const failing = workers.queue.snapshot(SNAPSHOT);
    const next = workers.queue.snapshot(SNAPSHOT);
    workers.answer({ kind: "failed", message: "no space left" });
    await assert.rejects(failing, /no space left/);
    workers.done("a");
    assert.equal((await next)[0]!.key, "a");
    assert.equal(workers.lives.length, 1);
    assert.equal(workers.queue.stats.snapshot.failures, 1);
  });

  it("rejects the task that a worker died of, and starts another worker for the next", async () => {
    const workers = new FakeWorkers();
    const fatal = workers.queue.snapshot(SNAPSHOT);
    const next = workers.queue.compact(COMPACTION);
    workers.lives[0]!.handlers.onExit("out of memory");
    await assert.rejects(fatal, /ended during the task: out of memory/);
    assert.equal(workers.lives.length, 2);
    workers.done("a");
    assert.equal((await next).key, "a");
    assert.equal(workers.queue.stats.workersLost, 1);
  });

  it("ends a worker that shows no sign of life", async () => {
    const workers = new FakeWorkers();
    const rejected = assert.rejects(workers.queue.snapshot(SNAPSHOT), /terminated/);
    await workers.clock.advance(900);
    workers.answer({ kind: "progress" });
    await workers.clock.advance(900);
    assert.equal(workers.terminated, 0);
    await workers.clock.advance(200);
    await rejected;
    assert.equal(workers.terminated, 1);
  });

  it("rejects everything when it is closed", async () => {
    const workers = new FakeWorkers();
    const running = workers.queue.snapshot(SNAPSHOT);
    const waiting = workers.queue.compact(COMPACTION);
    const rejected = [assert.rejects(running, /closed/), assert.rejects(waiting, /closed/)];
    await Promise.all([workers.queue.close(), ...rejected]);
    assert.equal(workers.terminated, 1);
    await assert.rejects(workers.queue.snapshot(SNAPSHOT), /closed/);
    assert.equal(workers.lives.length, 1);
  });

  it("lets an idle worker end by itself", async () => {
    const workers = new FakeWorkers();
    const task = workers.queue.snapshot(SNAPSHOT);
    workers.done("a");
    await task;
    await workers.queue.close();
    assert.deepEqual(workers.kinds, ["snapshot", "close"]);
    assert.equal(workers.terminated, 0);
  });

  it("takes no more tasks than it can hold", async () => {
    const workers = new FakeWorkers();
    const tasks = Array.from({ length: 65 }, () =>
      assert.rejects(workers.queue.compact(COMPACTION), /closed/),
    );
    await assert.rejects(workers.queue.compact(COMPACTION), /waiting already/);
    await workers.queue.close();
    await Promise.all(tasks);
  });
});
