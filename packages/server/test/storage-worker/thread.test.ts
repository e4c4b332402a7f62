import assert from "node:assert/strict";
import path from "node:path";
import { type Logger, silentLogger, systemClock } from "#src/foundation/index.js";
import type { DataFile } from "#src/storage/index.js";
import { inThreadWorker, TaskQueue, workerThreads } from "#src/storage/worker/index.js";
import { columns } from "../storage-merge/random-rows.ts";
import { mergeRows, type Row } from "../storage-merge/rows.ts";
import { depsIn, readWithDuckDb, snapshotTask } from "../storage-snapshot/rig.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const rowsOf = (first: number): Row[] =>
  Array.from({ length: 3000 }, (_, i) => ({
    tags: [`host${i % 7}`, i % 2 === 0 ? "even" : null, "z"],
    time: BigInt(first + i),
    fields: { 3: i / 3, 4: BigInt(i), 5: 2n ** 64n - 1n - BigInt(i), 6: i % 3 === 0, 8: `text ${i % 10}` },
  }));

const byThread = { clock: systemClock, logger: silentLogger };

describe("the storage worker", () => {
  const directory = temporaryDirectory();
  const setup = () => ({ kind: "file", nodeId: "node", root: directory.path, throttled: false }) as const;

  async function roundTrip(queue: TaskQueue): Promise<void> {
    const parts = [rowsOf(0), rowsOf(1500)];
    const files: DataFile[] = [];
    for (const [at, rows] of parts.entries()) {
      const written = await queue.snapshot(snapshotTask([{ tableId: 3, columns, rows }], at + 1));
      files.push({ ...written[0]!, id: at });
    }
    const file = await queue.compact({
      naming: { directory: "node/dbs", name: "merged" },
      table: { tableId: 3, databaseId: 5, columns },
      inputs: files,
      createdAtMs: 1,
    });
    const read = await readWithDuckDb(path.join(directory.path, file.key), columns, file.columnIds);
    assert.deepEqual(read, mergeRows(parts.flat()));
    const { snapshot, compaction } = queue.stats;
    assert.deepEqual([snapshot.tasks, snapshot.rows, compaction.rows], [2, 6000, file.rowCount]);
    assert.equal(compaction.bytes, file.sizeBytes);
  }

  it("writes and merges files in a thread of its own", async () => {
    const queue = new TaskQueue({ ...byThread, startWorker: workerThreads({ setup: setup() }) });
    try {
      await roundTrip(queue);
    } finally {
      await queue.close();
    }
  });

  it("does the same without a thread", async () => {
    const queue = new TaskQueue({ ...byThread, startWorker: inThreadWorker(depsIn(directory.path)) });
    await roundTrip(queue);
    await queue.close();
  });

  it("says why a task failed, and goes on", async () => {
    const queue = new TaskQueue({ ...byThread, startWorker: workerThreads({ setup: setup() }) });
    try {
      const naming = { directory: "node/dbs", name: "merged" };
      const table = { tableId: 3, databaseId: 5, columns };
      const task = snapshotTask([{ tableId: 3, columns, rows: rowsOf(0) }]);
      const written = await queue.snapshot(task);
      const missing = { ...written[0]!, id: 1, key: "node/dbs/5/3/1970-01-01/missing.parquet" };
      await assert.rejects(
        queue.compact({ naming, table, inputs: [missing, missing], createdAtMs: 1 }),
        /missing\.parquet/,
      );
      assert.equal((await queue.snapshot(task)).length, 1);
    } finally {
      await queue.close();
    }
  });

  it("is replaced when it dies, and the log says so", async () => {
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message) };
    const start = workerThreads({ setup: setup() });
    let threads = 0;
    const queue = new TaskQueue({
      clock: systemClock,
      logger,
      startWorker: (handlers) => {
        const channel = start(handlers);
        // The first one is killed as soon as it has its task.
        if (++threads > 1) return channel;
        return { ...channel, post: () => channel.terminate() };
      },
    });
    try {
      const task = snapshotTask([{ tableId: 3, columns, rows: rowsOf(0) }]);
      await assert.rejects(queue.snapshot(task), /ended during the task/);
      assert.equal(errors.length, 1);
      assert.equal((await queue.snapshot(task)).length, 1);
    } finally {
      await queue.close();
    }
  });

  it("gets more heap after it ran out of it, until a snapshot of many tag values succeeds", async () => {
    const start = workerThreads({ setup: setup(), maxHeapMb: 24 });
    const queue = new TaskQueue({ ...byThread, startWorker: start });
    const rows = Array.from(
      { length: 150_000 },
      (_, i): Row => ({
        tags: [`value ${i}`, null, null],
        time: BigInt(i),
        fields: { 3: i },
      }),
    );
    const reasons: string[] = [];
    try {
      const task = snapshotTask([{ tableId: 3, columns, rows }]);
      for (;;) {
        const written = await queue.snapshot(task).catch((error: Error) => void reasons.push(error.message));
        if (written !== undefined) {
          assert.equal(written[0]!.rowCount, rows.length);
          break;
        }
        assert.ok(reasons.length < 6, reasons.join("; "));
      }
      assert.ok(reasons.length > 0, "the first thread had too little");
      for (const reason of reasons) assert.match(reason, /memory/);
    } finally {
      await queue.close();
    }
  });
});
