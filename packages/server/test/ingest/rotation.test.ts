import assert from "node:assert/strict";
import type { AcceptedWrite } from "#src/ingest/index.js";
import { FakeWal } from "./fake-wal.ts";
import { type Rig, rig, rowsOf } from "./rig.ts";

const times = (db: Rig, table = "m"): unknown[] => rowsOf(db, table).map(({ time }) => time);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A rig whose WAL waits for the test; the table `m` has a durable row at time 0. */
async function waitingRig(options: Parameters<typeof rig>[0] = {}): Promise<Rig<FakeWal>> {
  const first = await rig();
  await first.write("m,t=a f=0 0");
  const wal = new FakeWal({ immediate: false });
  wal.stored.push(...first.wal.stored);
  return rig({ ...options, catalog: first.catalog, wal });
}

describe("a rotation", () => {
  it("freezes what was written before and names the last group of it", async () => {
    const db = await rig();
    await db.write("m,t=a f=1 1\nm,t=b f=1 1");
    await db.write("n f=1 1");
    const { frozen, walSequence } = await db.path.rotate();
    assert.equal(walSequence, 2);
    assert.equal(frozen?.tables.length, 2);
    await db.write("m,t=a f=2 2");
    await db.write("m,t=b f=2 2,t=3i 3");
    assert.deepEqual(
      rowsOf(db, "m").map(({ t, time, f }) => [t, time, f]),
      [
        ["a", 1n, 1],
        ["a", 2n, 2],
        ["b", 1n, 1],
      ],
    );
    const [older, newer] = db.mirror.views(db.catalog.database("db")!.table("m")!.id);
    assert.deepEqual([older!.rowCount, newer!.rowCount], [2, 1]);
  });

  it("of an empty buffer freezes nothing", async () => {
    const db = await rig();
    assert.deepEqual(await db.path.rotate(), { frozen: undefined, walSequence: 0 });
  });

  it("waits for groups in flight, which become visible in the generation they were written to", async () => {
    const db = await waitingRig();
    const before = db.write("m,t=a f=1 1");
    await turn();
    let ended = false;
    const rotation = db.path.rotate().finally(() => {
      ended = true;
    });
    const after = db.write("m,t=a f=2 2");
    await turn();
    assert.equal(ended, false);
    assert.deepEqual(times(db), [0n]);
    db.wal.succeed();
    await before;
    const { frozen, walSequence } = await rotation;
    assert.equal(frozen!.tables[0]!.publishedRows, 2);
    assert.equal(walSequence, db.wal.sequences.at(-1));
    assert.deepEqual(times(db), [0n, 1n]);
    db.wal.seal();
    db.wal.succeed();
    await after;
    assert.deepEqual(times(db), [0n, 1n, 2n]);
  });

  it("waits for a write that is being applied in slices", async () => {
    const db = await waitingRig({ limits: { sliceLines: 1 } });
    const long = db.write("m,t=a f=1 1\nm,t=a f=2 2\nm,t=a f=3 3\nm,t=a f=4 4");
    const rotation = db.path.rotate();
    while (db.buffer.generation === 1) await turn();
    db.wal.succeedAll();
    await long;
    const { frozen } = await rotation;
    assert.equal(frozen!.tables[0]!.rowCount, 5);
    assert.deepEqual(times(db), [0n, 1n, 2n, 3n, 4n]);
  });

  it("that groups on both sides fail leaves only durable rows, and new ones land where they belong", async () => {
    const db = await waitingRig();
    const lost = [db.write("m,t=a f=1 1"), db.write("fresh f=1 1")];
    await turn();
    const rotation = db.path.rotate();
    lost.push(db.write("m,t=b f=2 2"), db.write("m,t=a,new=x f=2 2"));
    await turn();
    const outcomes = Promise.allSettled(lost);
    db.wal.fail();
    for (const { status } of await outcomes) assert.equal(status, "rejected");
    const { frozen, walSequence } = await rotation;
    assert.equal(walSequence, 1);
    assert.deepEqual(
      frozen!.tables.map(({ rowCount, publishedRows }) => [rowCount, publishedRows]),
      [[1, 1]],
    );
    assert.deepEqual(times(db), [0n]);
    const kept = [db.write("m,t=b f=5 5"), db.write("m,t=a f=5 5"), db.write("fresh f=5 5")];
    await turn();
    db.wal.seal();
    db.wal.succeedAll();
    await Promise.all(kept);
    assert.deepEqual(
      rowsOf(db, "m").map(({ t, time }) => [t, time]),
      [
        ["a", 0n],
        ["a", 5n],
        ["b", 5n],
      ],
    );
    assert.deepEqual(times(db, "fresh"), [5n]);
  });

  it("after a refused write to a table that it alone would have opened keeps older rows", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    await db.path.rotate();
    await assert.rejects(db.write('m f=2 2\nm f="text" 3', { acceptPartial: false }));
    assert.deepEqual(times(db), [1n]);
    await db.write("m f=4 4");
    assert.deepEqual(times(db), [1n, 4n]);
    await db.path.rotate();
    await db.write("m f=5 5");
    assert.deepEqual(times(db), [1n, 4n, 5n]);
  });

  it("changes nothing for who listens to writes", async () => {
    const db = await rig();
    const heard: AcceptedWrite[] = [];
    db.path.subscribe(
      () => true,
      (write) => heard.push(write),
    );
    await db.write("m f=1 1");
    await db.path.rotate();
    await db.write("m f=2 2");
    assert.deepEqual(heard[0]!.tableIds, heard[1]!.tableIds);
    assert.equal(heard.length, 2);
  });

  it("of a table that is deleted in between takes its rows from both sides", async () => {
    const db = await rig();
    await db.write("m f=1 1");
    await db.path.rotate();
    await db.write("m f=2 2");
    await db.catalog.databaseCommands.deleteTable("db", "m", { kind: "default" });
    assert.deepEqual(times(db), []);
    await db.write("m f=3 3");
    assert.deepEqual(times(db), [3n]);
  });

  it("that the log refuses leaves the rows frozen, for another try", async () => {
    const wal = new FakeWal({ immediate: true });
    const db = await rig({ wal });
    await db.write("m f=1 1");
    wal.boundary = () => Promise.reject(new Error("the log is closed"));
    await assert.rejects(db.path.rotate(), /the log is closed/);
    assert.deepEqual(times(db), [1n]);
    assert.equal(db.buffer.frozen.length, 1);
  });
});

describe("recovery", () => {
  async function filledWal(): Promise<Rig<FakeWal>> {
    const db = await rig();
    for (let i = 1; i <= 40; i++) await db.write(`m,t=v${i % 3} f=${i} ${i}\nn f=1 ${i}`);
    return db;
  }

  it("replays only what no file holds", async () => {
    const first = await filledWal();
    const wal = new FakeWal({ immediate: true });
    wal.stored.push(...first.wal.stored);
    const again = await rig({ catalog: first.catalog, wal, recover: { after: 30 } });
    assert.deepEqual(
      times(again, "n"),
      Array.from({ length: 10 }, (_, i) => BigInt(i + 31)),
    );
  });

  it("lets memory be freed between groups when the buffer gets too large", async () => {
    const first = await filledWal();
    const wal = new FakeWal({ immediate: true });
    wal.stored.push(...first.wal.stored);
    const lines: number[] = [];
    const again: { db?: Rig } = {};
    let version = 0;
    await rig({
      catalog: first.catalog,
      wal,
      onRig: (db) => {
        again.db = db;
      },
      recover: {
        pressureBytes: 30_000,
        onPressure: async () => {
          const { buffer, mirror, path } = again.db!;
          const { frozen, walSequence } = await path.rotate();
          lines.push(walSequence);
          if (frozen === undefined || lines.length % 2 === 1) return;
          for (const { generation } of buffer.frozen) {
            buffer.dropGeneration(generation, ++version);
            mirror.dropGeneration(generation);
          }
          buffer.reclaim(version);
        },
      },
    });
    assert.ok(lines.length >= 2, `${lines}`);
    const since = lines[lines.length - (lines.length % 2) - 1]!;
    assert.deepEqual(
      times(again.db!, "n"),
      Array.from({ length: 40 - since }, (_, i) => BigInt(since + i + 1)),
    );
  });
});
