import assert from "node:assert/strict";
import { settle } from "./clock.ts";
import { ModelNode } from "./rig.ts";

describe("a snapshot", () => {
  it("switches, drops, trims and reclaims in the order that loses nothing", async () => {
    const node = await ModelNode.open({ reader: true });
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.write(table);
    node.write(table, 20_001);
    await node.storage.snapshot();
    assert.deepEqual(node.events, ["rotate", "snapshot", "drop 1 at 1", "switch 1", "trim 2"]);
    const [change] = node.switches;
    assert.equal(change!.droppedGeneration, 1);
    assert.deepEqual(
      change!.added.map(({ id, day, firstSnapshot, lastSnapshot }) => ({
        id,
        day,
        firstSnapshot,
        lastSnapshot,
      })),
      [
        { id: 1, day: 20_000, firstSnapshot: 1, lastSnapshot: 1 },
        { id: 2, day: 20_001, firstSnapshot: 1, lastSnapshot: 1 },
      ],
    );
    assert.equal(node.storage.stats.unreleasedVersions, 1);
    node.storage.views.released(1);
    assert.equal(node.events.at(-1), "reclaim 1");
    assert.equal(node.storage.stats.unreleasedVersions, 0);
    assert.deepEqual(await node.visibleRows(), [1, 2]);
    await node.storage.close();
  });

  it("keeps rows that come while it runs for the next one", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.write(table);
    const goOn = node.worker.hold();
    const first = node.storage.snapshot();
    await settle();
    node.write(table);
    const second = node.storage.snapshot();
    goOn();
    await first;
    await second;
    assert.deepEqual(
      node.files().map(({ firstSnapshot, rowCount }) => [firstSnapshot, rowCount]),
      [
        [1, 1],
        [2, 1],
      ],
    );
    assert.equal(node.disk.log.length, 0);
    await node.storage.close();
  });

  it("is tried again for ever, with growing pauses, and nothing is dropped before it succeeds", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.worker.failures = 7;
    node.write(table);
    const done = node.storage.snapshot();
    const attempts: number[] = [];
    for (let second = 0; second < 100; second++) {
      await node.clock.advance(1000);
      attempts.push(node.worker.tasks.length);
      assert.deepEqual(await node.visibleRows(), [1]);
    }
    await done;
    // 1, 2, 4, 8, 16, 30 and 30 seconds lie between the attempts.
    const at = [2, 3, 4, 5, 6, 7, 8].map((count) => attempts.indexOf(count) + 1);
    assert.deepEqual(at, [1, 3, 7, 15, 31, 61, 91]);
    assert.equal(node.storage.stats.snapshots.failures, 7);
    assert.equal(node.storage.stats.snapshots.tasks, 1);
    assert.equal(node.events.filter((event) => event === "rotate").length, 1);
    await node.storage.close();
  });

  it("writes what a refused rotation left behind, oldest first", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.write(table);
    node.writer.refuseRotation = true;
    const done = node.storage.snapshot();
    await node.clock.advance(10);
    node.write(table);
    node.writer.refuseRotation = false;
    await node.clock.advance(1000);
    await done;
    assert.deepEqual(
      node.files().map(({ firstSnapshot, rowCount }) => [firstSnapshot, rowCount]),
      [
        [1, 1],
        [2, 1],
      ],
    );
    assert.equal(node.disk.trimmedTo, 2);
    await node.storage.close();
  });

  it("does without the files of tables that are deleted while it runs", async () => {
    const node = await ModelNode.open();
    const kept = await node.createTable("db", "kept");
    const gone = await node.createTable("db", "gone");
    node.storage.start();
    node.write(kept);
    node.write(gone);
    const goOn = node.worker.hold();
    const done = node.storage.snapshot();
    await settle();
    await node.catalog.databaseCommands.deleteTable("db", "gone", { kind: "default" });
    goOn();
    await done;
    assert.deepEqual(
      node.files().map(({ tableId }) => tableId),
      [kept],
    );
    // Its file is nobody's, and goes.
    await node.clock.advance(61_000);
    assert.equal((await node.dataKeys()).length, 1);
    await node.storage.close();
  });

  it("of deleted tables alone still lets the log be trimmed", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.write(table);
    await node.catalog.databaseCommands.deleteDatabase("db", { kind: "default" });
    await node.storage.snapshot();
    assert.equal(node.files().length, 0);
    assert.equal(node.disk.trimmedTo, 1);
    assert.equal(node.writer.frozen.length, 0);
    await node.storage.close();
  });

  it("of nothing writes nothing", async () => {
    const node = await ModelNode.open();
    node.storage.start();
    await node.storage.snapshot();
    await node.storage.snapshot();
    assert.deepEqual(node.events, ["rotate", "rotate"]);
    assert.equal(node.storage.stats.snapshots.tasks, 0);
    await node.storage.close();
  });

  it("stands although the log cannot be trimmed, and the next one trims", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.write(table);
    node.writer.trimError = new Error("EIO");
    await node.storage.snapshot();
    assert.equal(node.disk.log.length, 1);
    const again = await ModelNode.open({ disk: node.disk });
    assert.deepEqual(await again.visibleRows(), [1]);
    node.writer.trimError = undefined;
    node.write(table);
    await node.storage.snapshot();
    assert.equal(node.disk.log.length, 0);
    await node.storage.close();
  });

  it("under way is given up by a close, and its rows come back", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    node.storage.start();
    node.write(table);
    node.worker.hold();
    const refused = assert.rejects(node.storage.snapshot(), /stopping/);
    await settle();
    await node.storage.close();
    await refused;
    await assert.rejects(node.storage.snapshot(), /stopping/);
    const again = await ModelNode.open({ disk: node.disk });
    assert.deepEqual(await again.visibleRows(), [1]);
  });
});

describe("a snapshot begins", () => {
  async function started(limits: Parameters<typeof ModelNode.open>[0]) {
    const node = await ModelNode.open(limits);
    const table = await node.createTable("db", "t");
    node.storage.start();
    return { node, table };
  }
  const taken = (node: ModelNode): number => node.storage.stats.snapshots.tasks;

  it("when the log has grown by its limit", async () => {
    const { node, table } = await started({ limits: { walBytes: 3 } });
    node.write(table);
    node.write(table);
    await node.clock.advance(5000);
    assert.equal(taken(node), 0);
    node.write(table);
    await node.clock.advance(200);
    assert.equal(taken(node), 1);
    await node.clock.advance(5000);
    assert.equal(taken(node), 1);
    await node.storage.close();
  });

  it("when what it would free is more than half of what the buffer may take", async () => {
    const { node, table } = await started({ limits: { bufferBytes: 10 } });
    for (let i = 0; i < 5; i++) node.write(table);
    await node.clock.advance(5000);
    assert.equal(taken(node), 0);
    node.write(table);
    await node.clock.advance(200);
    assert.equal(taken(node), 1);
    await node.storage.close();
  });

  it("when tag values take half of their part of the heap, once, until readers let go", async () => {
    const { node, table } = await started({ limits: { heapBytes: 10 }, reader: true });
    node.write(table);
    node.writer.buffer.heapBytes = 6;
    await node.clock.advance(200);
    assert.equal(taken(node), 1);
    node.write(table);
    await node.clock.advance(5000);
    assert.equal(taken(node), 1);
    node.storage.views.released(1);
    await node.clock.advance(200);
    assert.equal(taken(node), 2);
    await node.storage.close();
  });

  it("after one and a half times the configured flush intervals with writes", async () => {
    const { node, table } = await started({ limits: { flushIntervalMs: 1000, flushesPerSnapshot: 4 } });
    for (let second = 0; second < 5; second++) {
      node.write(table);
      await node.clock.advance(3000);
    }
    assert.equal(taken(node), 0);
    node.write(table);
    await node.clock.advance(3000);
    assert.equal(taken(node), 1);
    await node.storage.close();
  });

  it("not again and again where there is nothing to free", async () => {
    const { node } = await started({ limits: { heapBytes: 10 } });
    node.writer.buffer.heapBytes = 6;
    await node.clock.advance(10_000);
    assert.ok(node.events.length <= 11, `${node.events.length} rotations`);
    await node.storage.close();
  });

  it("while the log is replayed, when the buffer is full", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    for (let i = 0; i < 3; i++) {
      node.write(table);
      await node.storage.relieve();
    }
    assert.equal(node.files().length, 3);
    assert.equal(node.writer.buffer.bytes, 0);
    node.storage.start();
    await node.storage.close();
  });
});
