import assert from "node:assert/strict";
import { Precision } from "@millrace/line-protocol";
import { type Logger, silentLogger } from "#src/foundation/index.js";
import { LineCopies } from "#src/ingest/durability/line-copies.js";
import type { AcceptedWrite } from "#src/ingest/index.js";
import { FakeWal } from "./fake-wal.ts";
import { NOW_NS, type Rig, rig, rowsOf } from "./rig.ts";

/** A rig whose WAL waits for the test, with the table `m` in place. */
async function waitingRig(): Promise<Rig<FakeWal>> {
  const first = await rig();
  await first.write("m f=0 0");
  const wal = new FakeWal({ immediate: false });
  wal.stored.push(...first.wal.stored);
  return rig({ catalog: first.catalog, wal });
}

const times = (db: Rig, table = "m"): unknown[] => rowsOf(db, table).map(({ time }) => time);

/** Whether a promise has settled, without waiting for it. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const first = await Promise.race([promise.catch(() => undefined), Promise.resolve(pending)]);
  return first !== pending;
}

describe("visibility", () => {
  it("begins with durability, group by group", async () => {
    const db = await waitingRig();
    const first = db.write("m f=1 1");
    db.wal.seal();
    const second = db.write("m f=2 2");
    assert.deepEqual(times(db), [0n]);
    assert.equal(await isSettled(first), false);
    db.wal.succeed();
    assert.deepEqual(times(db), [0n, 1n]);
    assert.equal((await first).acceptedLines, 1);
    assert.equal(await isSettled(second), false);
    db.wal.seal();
    db.wal.succeed();
    await second;
    assert.deepEqual(times(db), [0n, 1n, 2n]);
  });

  it("of a group leaves out a write that was still being parsed when the group was sealed", async () => {
    const db = await waitingRig();
    const turns: (() => void)[] = [];
    const sliced = await rig({
      catalog: db.catalog,
      wal: db.wal,
      limits: { sliceLines: 2 },
      yieldTurn: () => new Promise((resolve) => turns.push(resolve)),
    });
    const first = sliced.write("m f=1 1");
    const long = sliced.write("m f=2 2\nm f=3 3\nm f=4 4\nm f=5 5\nm f=6 6");
    sliced.wal.seal();
    sliced.wal.succeed();
    await first;
    assert.deepEqual(times(sliced), [0n, 1n]);
    const queued = sliced.write("m f=7 7");
    for (let turn = 0; turn < 20; turn++) {
      turns.shift()?.();
      await new Promise(setImmediate);
    }
    assert.equal(sliced.wal.openEntries, 2);
    sliced.wal.seal();
    sliced.wal.succeed();
    await Promise.all([long, queued]);
    assert.deepEqual(times(sliced), [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
  });

  it("of an unsynced write comes with its group although it was acknowledged before", async () => {
    const db = await waitingRig();
    const result = await db.write("m f=1 1", { noSync: true });
    assert.equal(result.acceptedLines, 1);
    assert.deepEqual(times(db), [0n]);
    db.wal.seal();
    db.wal.succeed();
    assert.deepEqual(times(db), [0n, 1n]);
  });
});

describe("a WAL that fails", () => {
  it("answers every waiting write with the error and shows nothing of them", async () => {
    const db = await waitingRig();
    const before = db.buffer.bytes;
    const lost = [db.write("m f=1 1")];
    db.wal.seal();
    lost.push(db.write("m,new=tag f=2,g=3i 2"), db.write("other f=1 1"));
    await new Promise(setImmediate);
    db.wal.fail();
    for (const write of lost) {
      await assert.rejects(write, {
        code: "wal_write_failed",
        message: "error writing wal file: no space left",
      });
    }
    assert.deepEqual(times(db), [0n]);
    assert.equal(db.wal.reserved, 0);
    assert.ok(db.buffer.bytes < before + 20_000);
  });

  it("is used again when it recovers, and rows land where they belong", async () => {
    const db = await waitingRig();
    const lost = db.write("m,t=a f=100 100\nm,t=b f=100 100");
    await new Promise(setImmediate);
    db.wal.fail();
    await assert.rejects(lost);
    const kept = db.write("m,t=b f=1 1\nm,t=a f=1 1");
    await new Promise(setImmediate);
    db.wal.seal();
    db.wal.succeed();
    await kept;
    assert.deepEqual(
      rowsOf(db, "m").map(({ t, time }) => [t, time]),
      [
        [null, 0n],
        ["a", 1n],
        ["b", 1n],
      ],
    );
  });

  it("while a long write is being parsed makes that write start over", async () => {
    const db = await waitingRig();
    const turns: (() => void)[] = [];
    const sliced = await rig({
      catalog: db.catalog,
      wal: db.wal,
      limits: { sliceLines: 2 },
      yieldTurn: () => new Promise((resolve) => turns.push(resolve)),
    });
    const lost = sliced.write("m f=1 1");
    const long = sliced.write("m f=2 2\nm f=3 3\nm f=4 4");
    sliced.wal.fail();
    await assert.rejects(lost);
    for (let turn = 0; turn < 20; turn++) {
      turns.shift()?.();
      await new Promise(setImmediate);
    }
    assert.equal(sliced.wal.openEntries, 1);
    sliced.wal.seal();
    sliced.wal.succeed();
    assert.equal((await long).acceptedLines, 3);
    assert.deepEqual(times(sliced), [0n, 2n, 3n, 4n]);
  });

  it("is told to users who write while it is closed, and nothing stays of their rows", async () => {
    const db = await rig();
    await db.write("m f=0 0");
    db.wal.refusesAppends = true;
    await assert.rejects(db.write("m f=1 1"), { code: "wal_closed" });
    db.wal.refusesAppends = false;
    await db.write("m f=2 2");
    assert.deepEqual(times(db), [0n, 2n]);
    assert.equal(db.wal.reserved, 0);
  });
});

describe("durable writes", () => {
  it("are copied into memory that is used again once it is released", () => {
    const copies = new LineCopies();
    const text = (length: number, letter: string) => Buffer.alloc(length, letter);
    const first = copies.copy(text(100_000, "a"));
    const second = copies.copy(text(100_000, "b"));
    assert.deepEqual([first.bytes[99_999], second.bytes[0]], [0x61, 0x62]);
    assert.notEqual(first.bytes.buffer, second.bytes.buffer);
    first.release();
    const third = copies.copy(text(99_000, "c"));
    assert.equal(third.bytes.buffer, first.bytes.buffer);
    assert.equal(Buffer.from(third.bytes).toString(), "c".repeat(99_000));
    assert.equal(Buffer.from(second.bytes).toString(), "b".repeat(100_000));
    const small = copies.copy(text(10, "d"));
    small.release();
    assert.notEqual(copies.copy(text(10, "e")).bytes.buffer, small.bytes.buffer);
  });

  it("are delivered in order with their origin, only to those who want the database", async () => {
    const db = await waitingRig();
    const seen: AcceptedWrite[] = [];
    const id = db.catalog.database("db")!.id;
    db.path.subscribe(
      (databaseId) => databaseId === id,
      (write) => seen.push(write),
    );
    const origin = { trigger: "t", depth: 1 };
    const written = [
      db.write("m f=1 1\nm f=\nm f=2 2"),
      db.write("m f=3", { precision: Precision.second, origin }),
      db.write("m f=4", { database: "elsewhere" }),
    ];
    await new Promise(setImmediate);
    assert.equal(seen.length, 0);
    db.wal.seal();
    db.wal.succeed();
    await Promise.all(written);
    const table = db.catalog.database("db")!.table("m")!.id;
    assert.deepEqual(
      seen.map(({ bytes, release: _release, ...rest }) => ({ ...rest, text: Buffer.from(bytes).toString() })),
      [
        {
          databaseId: id,
          precision: Precision.nanosecond,
          defaultTimeNs: NOW_NS,
          lines: 2,
          tableIds: [table],
          origin: undefined,
          text: "m f=1 1\nm f=2 2",
        },
        {
          databaseId: id,
          precision: Precision.second,
          defaultTimeNs: NOW_NS,
          lines: 1,
          tableIds: [table],
          origin,
          text: "m f=3",
        },
      ],
    );
  });

  it("of a failed group are not delivered", async () => {
    const db = await waitingRig();
    const seen: AcceptedWrite[] = [];
    db.path.subscribe(
      () => true,
      (write) => seen.push(write),
    );
    const lost = db.write("m f=1 1");
    db.wal.fail();
    await assert.rejects(lost);
    const kept = db.write("m f=2 2");
    db.wal.seal();
    db.wal.succeed();
    await kept;
    await new Promise(setImmediate);
    assert.deepEqual(
      seen.map(({ bytes }) => Buffer.from(bytes).toString()),
      ["m f=2 2"],
    );
  });

  it("are acknowledged whatever a listener does", async () => {
    const messages: string[] = [];
    const logger: Logger = { ...silentLogger, error: (message) => void messages.push(message) };
    const db = await rig({ logger });
    let calls = 0;
    db.path.subscribe(
      () => true,
      () => {
        calls++;
        throw new Error("listener");
      },
    );
    await db.write("m f=1 1");
    await db.write("m f=2 2");
    await new Promise(setImmediate);
    assert.equal(calls, 2);
    assert.equal(messages.length, 2);
  });
});

describe("overload", () => {
  it("refuses the write that is one too many and names the option", async () => {
    const db = await waitingRig();
    const narrow = await rig({ catalog: db.catalog, wal: db.wal, limits: { maxPendingWrites: 2 } });
    const first = narrow.write("m f=1 1");
    await narrow.write("m f=2 2", { noSync: true });
    await assert.rejects(narrow.write("m f=3 3"), { status: 503, message: /--wal-max-write-buffer-size/ });
    narrow.wal.seal();
    narrow.wal.succeed();
    await first;
    const next = narrow.write("m f=4 4");
    narrow.wal.seal();
    narrow.wal.succeed();
    await next;
    assert.deepEqual(times(narrow), [0n, 1n, 2n, 4n]);
  });

  it("refuses writes while the buffer holds too much", async () => {
    const db = await rig({ limits: { maxBufferBytes: 1 } });
    await db.write("m f=1 1");
    await assert.rejects(db.write("m f=2 2"), { status: 503, message: /--force-snapshot-mem-threshold/ });
  });

  it("refuses writes while tag values fill the heap, until a table with many is deleted", async () => {
    const db = await rig({ limits: { maxHeapBytes: 15_000 } });
    await db.write(Array.from({ length: 200 }, (_, i) => `m,t=value${i} f=1 1`).join("\n"));
    await assert.rejects(db.write("n f=1 1"), { status: 503, message: /NODE_OPTIONS=--max-old-space-size/ });
    await db.catalog.databaseCommands.deleteTable("db", "m", { kind: "default" });
    await db.write("n f=1 1");
    assert.ok(db.buffer.heapBytes < 10_000);
  });

  it("lets the writes of plugins pass a gate that is closed for users, and no gate that is closed for all", async () => {
    let gate: "open" | "for users" | "for all" = "open";
    const closed = "triggers lag behind; --some-option sets the bound";
    const isClosed = (byPlugin: boolean) => gate === "for all" || (gate === "for users" && !byPlugin);
    const db = await rig({
      admission: { refusal: (_id, byPlugin) => (isClosed(byPlugin) ? closed : undefined) },
    });
    const origin = { trigger: "t", depth: 1 };
    await db.write("m f=1 1");
    gate = "for users";
    await assert.rejects(db.write("m f=2 2"), { status: 503, message: /--some-option/ });
    await db.write("m f=3 3", { origin });
    gate = "for all";
    await assert.rejects(db.write("m f=4 4", { origin }), { status: 503, message: /--some-option/ });
    assert.deepEqual(times(db), [1n, 3n]);
  });
});
