import assert from "node:assert/strict";
import { FakeWal } from "./fake-wal.ts";
import { type Rig, rig, rowsOf } from "./rig.ts";

/** Everything that is buffered goes to files, and its memory is free again. */
async function snapshot(db: Rig): Promise<void> {
  const { frozen } = await db.path.rotate();
  if (frozen === undefined) return;
  db.buffer.dropGeneration(frozen.generation, frozen.generation);
  db.mirror.dropGeneration(frozen.generation);
  db.buffer.reclaim(frozen.generation);
}

/** Lines of series that were never there before. */
function newSeries(first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `m,id=value-${first + i} f=1 ${first + i}`).join("\n");
}

describe("what the write path remembers of series", () => {
  it("never keeps writes out for good, however many series come in however many databases", async () => {
    const maxHeapBytes = 2e6;
    const db = await rig({ limits: { maxHeapBytes } });
    for (let round = 0; round < 60; round++) {
      await db.write(newSeries(round * 1000, 1000), { database: `db${round % 7}` });
      assert.ok(db.buffer.bookBytes < maxHeapBytes / 2, `${db.buffer.bookBytes} bytes in round ${round}`);
      if (db.buffer.heapBytes > maxHeapBytes / 2) await snapshot(db);
    }
    await snapshot(db);
    assert.ok(db.buffer.heapBytes < maxHeapBytes / 2, `${db.buffer.heapBytes} bytes`);
  });

  it("is bounded over all databases by the keys that the parsers know", async () => {
    const db = await rig({ limits: { maxKeyBytes: 400_000 } });
    let longest = 0;
    for (let round = 0; round < 30; round++) {
      await db.write(newSeries(round * 500, 500), { database: `db${round}` });
      await snapshot(db);
      longest = Math.max(longest, db.buffer.bookBytes);
    }
    assert.ok(longest < 600_000, `${longest} bytes`);
  });

  it("does not grow with writes that are refused again and again", async () => {
    const db = await rig();
    await db.write("m,id=known f=1 1");
    const refused = `${newSeries(10, 200)}\nm f=bad`;
    const attempt = () => assert.rejects(db.write(refused, { acceptPartial: false }));
    await attempt();
    const { bookBytes } = db.buffer;
    for (let i = 0; i < 50; i++) await attempt();
    assert.equal(db.buffer.bookBytes, bookBytes);
    await db.write(newSeries(10, 200));
    assert.equal(rowsOf(db, "m").length, 201);
  });

  it("forgets the tags of what was refused", async () => {
    const db = await rig();
    await db.write("m,a=1 f=1 1");
    await assert.rejects(db.write("m,a=1,b=refused f=1 2\nm f=bad", { acceptPartial: false }));
    await db.write("m,a=2 f=1 3\nm,a=3 f=1 4");
    await snapshot(db);
    // Read from the book, because the generation is a new one.
    await db.write("m,a=2 f=1 5\nm,a=1 f=1 6");
    assert.deepEqual(
      rowsOf(db, "m").map(({ a, b, time }) => [a, b, time]),
      [
        ["1", undefined, 6n],
        ["2", undefined, 5n],
      ],
    );
  });
});

describe("replay", () => {
  it("makes room in a heap that is smaller than the one that the log was written with", async () => {
    const before = await rig();
    for (let round = 0; round < 40; round++) await before.write(newSeries(round * 500, 500));
    const wal = new FakeWal({ immediate: true });
    wal.stored.push(...before.wal.stored);
    const maxHeapBytes = 1e6;
    let highest = 0;
    let db: Rig | undefined;
    await rig({
      catalog: before.catalog,
      wal,
      limits: { maxHeapBytes },
      onRig: (made) => {
        db = made;
      },
      recover: {
        onPressure: async () => {
          highest = Math.max(highest, db!.buffer.heapBytes);
          await snapshot(db!);
        },
      },
    });
    assert.ok(highest > maxHeapBytes / 2, "there was pressure");
    assert.ok(highest < maxHeapBytes, `${highest} bytes`);
    assert.ok(db!.buffer.heapBytes < maxHeapBytes, `${db!.buffer.heapBytes} bytes in the end`);
  });
});
