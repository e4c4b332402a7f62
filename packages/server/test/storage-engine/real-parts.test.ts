import assert from "node:assert/strict";
import { BufferMirror, type TableView } from "#src/buffer/index.js";
import { silentLogger, systemClock, systemRandom } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { DAY_NS, dataFileKey, type NewFile, type SnapshotTask, Storage } from "#src/storage/index.js";
import { openWal } from "#src/wal/index.js";
import { rig } from "../ingest/rig.ts";

const DAY = 20_000;
const START_NS = BigInt(DAY) * DAY_NS;

function timesOf(view: TableView): bigint[] {
  return view.chunks.flatMap((chunk) => [...chunk.time.subarray(0, chunk.rowCount)]);
}

/** Reads frozen memory as the real worker does, and writes the times of its rows. */
function timesWorker(store: MemoryStore) {
  return {
    async snapshot(task: SnapshotTask): Promise<NewFile[]> {
      const mirror = new BufferMirror();
      for (const batch of task.buffer) mirror.apply(batch);
      const files: NewFile[] = [];
      for (const { tableId, databaseId } of task.tables) {
        const times = mirror.views(tableId).flatMap(timesOf);
        const key = dataFileKey(task.naming, { databaseId, tableId, day: DAY });
        const bytes = Buffer.from(JSON.stringify(times.map(String)));
        await store.put(key, bytes);
        const sorted = [...times].sort((a, b) => (a < b ? -1 : 1));
        files.push({
          key,
          databaseId,
          tableId,
          day: DAY,
          sizeBytes: bytes.length,
          rowCount: times.length,
          minTimeNs: sorted[0]!,
          maxTimeNs: sorted.at(-1)!,
          firstSnapshot: task.snapshot,
          lastSnapshot: task.snapshot,
          columnIds: [0],
          createdAtMs: task.createdAtMs,
        });
      }
      return files;
    },
    compact: () => Promise.reject(new Error("nothing is planned")),
    close: async () => {},
  };
}

async function openAll() {
  const store = new MemoryStore();
  const wal = openWal({
    config: {
      stagingBytes: 2 ** 24,
      maxBufferedWrites: 1000,
      flushIntervalMs: 10,
      recover: false,
      flushesPerSnapshot: 600,
    },
    nodeDirectory: undefined,
    logger: silentLogger,
    onFatal: assert.fail,
  });
  const made = await rig({ wal });
  const storage = await Storage.open({
    nodeId: "n1",
    store,
    catalog: made.catalog,
    deletions: made.catalog.databaseCommands,
    buffer: made.buffer,
    wal,
    rotate: () => made.path.rotate(),
    worker: timesWorker(store),
    planCompaction: () => undefined,
    limits: {
      walBytes: 2000,
      bufferBytes: 2 ** 30,
      heapBytes: 2 ** 30,
      flushIntervalMs: 1000,
      flushesPerSnapshot: 600,
    },
    retentionCheckIntervalMs: 1e9,
    deleteGraceMs: 0,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    onFatal: (error) => {
      throw error;
    },
  });
  storage.views.onSwitch(({ version, droppedGeneration }) => {
    if (droppedGeneration !== undefined) made.mirror.dropGeneration(droppedGeneration);
    setImmediate(() => storage.views.released(version));
  });
  storage.start();
  const times = async (): Promise<bigint[]> => {
    const { files } = storage.views.current();
    const tables = [...(made.catalog.database("db")?.tables() ?? [])];
    const found = tables.flatMap(({ id }) => made.mirror.views(id).flatMap(timesOf));
    for (const { key } of files) {
      const texts = JSON.parse(Buffer.from((await store.get(key))!).toString()) as string[];
      found.push(...texts.map(BigInt));
    }
    return found.sort((a, b) => (a < b ? -1 : 1));
  };
  return { ...made, storage, times };
}

describe("storage over the real buffer and write path", () => {
  it("shows every acknowledged row once, however writes and snapshots fall", async () => {
    const { write, storage, times, buffer, wal } = await openAll();
    const written: bigint[] = [];
    for (let round = 0; round < 300; round++) {
      const lines: string[] = [];
      for (let i = 0; i < 4; i++) {
        const time = START_NS + BigInt(written.length);
        written.push(time);
        lines.push(`t${round % 3},tag=v${i} f=1 ${time}`);
      }
      await write(lines.join("\n"));
      if (round % 7 === 0) await storage.snapshot();
      if (round % 10 === 0) assert.deepEqual(await times(), written);
    }
    await storage.snapshot();
    assert.deepEqual(await times(), written);
    assert.ok(storage.stats.snapshots.tasks > 40, `${storage.stats.snapshots.tasks} snapshots`);
    // Readers have let go: nothing but the empty generation is left.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(storage.stats.unreleasedVersions, 0);
    assert.equal(buffer.bytes, 0);
    assert.equal(wal.bytesSinceBoundary, 0);
    await storage.close();
  });

  it("begins by itself when the log has grown", async () => {
    const { write, storage } = await openAll();
    const begun = performance.now();
    while (storage.stats.snapshots.tasks < 3) {
      assert.ok(performance.now() - begun < 20_000, "three snapshots within twenty seconds");
      await write(`t,tag=a f=${begun} ${START_NS}`);
    }
    await storage.close();
  });
});
