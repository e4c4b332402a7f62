import assert from "node:assert/strict";
import { DAY_NS } from "#src/storage/index.js";
import { settle } from "./clock.ts";
import { ModelNode } from "./rig.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A node with one row in a file of `db`.`t`, whose day is `daysAgo`. */
async function withFile(options: Parameters<typeof ModelNode.open>[0] = {}, daysAgo = 0) {
  const node = await ModelNode.open(options);
  const table = await node.createTable("db", "t");
  node.storage.start();
  const today = Number((BigInt(node.clock.nowMs()) * 1_000_000n) / DAY_NS);
  node.write(table, today - daysAgo);
  await node.storage.snapshot();
  return { node, table, today };
}

describe("deleted data", () => {
  it("stays until its time has come, then its files go, and its record after the grace period", async () => {
    const { node, table } = await withFile();
    const { databaseCommands } = node.catalog;
    await databaseCommands.deleteTable("db", "t", {
      kind: "at",
      timeMs: node.clock.nowMs() + 2 * HOUR_MS,
    });
    await node.clock.jump(2 * HOUR_MS - 1);
    assert.equal((await node.dataKeys()).length, 1);
    await node.clock.jump(1);
    assert.equal((await node.dataKeys()).length, 0);
    assert.equal(node.files().length, 0);
    assert.notEqual(node.catalog.tableById(table), undefined);
    await node.clock.jump(DAY_MS - 1);
    assert.notEqual(node.catalog.tableById(table), undefined);
    await node.clock.jump(1);
    assert.equal(node.catalog.tableById(table), undefined);
    await node.storage.close();
  });

  it("of a whole database goes with all its tables, and ids are not used again", async () => {
    const { node, table } = await withFile({ deleteGraceMs: 1000 });
    const database = node.catalog.database("db")!.id;
    await node.catalog.databaseCommands.deleteDatabase("db", { kind: "now" });
    await node.clock.advance(500);
    assert.equal((await node.dataKeys()).length, 0);
    assert.notEqual(node.catalog.databaseById(database), undefined);
    await node.clock.advance(1000);
    assert.equal(node.catalog.databaseById(database), undefined);
    assert.equal(node.catalog.tableById(table), undefined);
    assert.ok(node.catalog.hadDatabase(database));
    assert.ok(!node.catalog.hadDatabase(database + 1));
    await node.storage.close();
    const again = await ModelNode.open({ disk: node.disk });
    assert.equal(again.catalog.databaseById(database), undefined);
    assert.equal(await again.createTable("db", "t"), table + 1);
    assert.equal(again.catalog.database("db")!.id, database + 1);
  });

  it("goes at its time although the server was restarted or down meanwhile", async () => {
    const { node, table } = await withFile();
    await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "default" });
    await node.storage.close();
    await node.clock.jump(72 * HOUR_MS - 1);
    const second = await ModelNode.open({ disk: node.disk, clock: node.clock });
    second.storage.start();
    assert.equal((await second.dataKeys()).length, 1);
    await second.clock.jump(1);
    assert.equal((await second.dataKeys()).length, 0);
    await second.storage.close();
    await node.clock.jump(DAY_MS);
    const third = await ModelNode.open({ disk: node.disk, clock: node.clock });
    assert.notEqual(third.catalog.tableById(table), undefined);
    third.storage.start();
    await third.clock.jump(1);
    assert.equal(third.catalog.tableById(table), undefined);
    await third.storage.close();
  });

  it("stays for ever when it is never to be removed", async () => {
    const { node, table } = await withFile();
    await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "never" });
    await node.clock.jump(2 * HOUR_MS);
    assert.equal(node.files().length, 1);
    assert.notEqual(node.catalog.tableById(table), undefined);
    await node.storage.close();
  });

  it("is tried again when the store fails", async () => {
    let broken = false;
    const { node } = await withFile({
      through: (store) => ({
        get: (key) => store.get(key),
        list: (prefix) => store.list(prefix),
        delete: (key) => store.delete(key),
        put: (key, bytes, options) =>
          broken && key.includes("/snapshots/")
            ? Promise.reject(new Error("EIO"))
            : store.put(key, bytes, options),
      }),
    });
    broken = true;
    await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "now" });
    await node.clock.advance(5000);
    assert.equal((await node.dataKeys()).length, 1);
    broken = false;
    await node.clock.advance(10_000);
    assert.equal((await node.dataKeys()).length, 0);
    await node.storage.close();
  });
});

describe("retention", () => {
  it("removes files that lie wholly before the cutoff, at each check", async () => {
    const { node, table, today } = await withFile({}, 5);
    node.write(table, today);
    await node.storage.snapshot();
    await node.catalog.databaseCommands.setRetention("db", 4n * DAY_NS);
    assert.equal(node.files().length, 2);
    await node.clock.jump(30 * 60_000);
    assert.deepEqual(
      node.files().map(({ day }) => day),
      [today],
    );
    assert.equal((await node.dataKeys()).length, 1);
    assert.equal(node.storage.stats.filesExpired, 1);
    await node.clock.jump(5 * DAY_MS);
    assert.equal(node.files().length, 0);
    await node.storage.close();
  });

  it("leaves everything where there is none", async () => {
    const { node } = await withFile({}, 5000);
    await node.clock.jump(HOUR_MS);
    assert.equal(node.files().length, 1);
    await node.storage.close();
  });
});

describe("objects of removed files", () => {
  it("stay as long as a reader may need them", async () => {
    const { node } = await withFile({ reader: true });
    node.storage.views.released(1);
    await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "now" });
    await node.clock.jump(120_000);
    assert.deepEqual(
      node.switches.map(({ version, removed }) => [version, removed]),
      [
        [1, []],
        [2, [1]],
      ],
    );
    assert.equal((await node.dataKeys()).length, 1);
    node.storage.views.released(2);
    await settle();
    assert.equal((await node.dataKeys()).length, 0);
    await node.storage.close();
  });

  it("that a task left behind are removed, while others are left alone", async () => {
    const node = await ModelNode.open();
    const a = await node.createTable("db", "a");
    const b = await node.createTable("db", "b");
    node.storage.start();
    node.write(a);
    node.write(b);
    node.worker.failures = 1;
    node.worker.filesBeforeFailure = 1;
    const done = node.storage.snapshot();
    await node.clock.advance(1500);
    await done;
    await node.clock.jump(120_000);
    assert.equal((await node.dataKeys()).length, 2);
    assert.deepEqual(await node.visibleRows(), [1, 2]);
    assert.equal(node.storage.stats.orphansRemoved, 1);
    await node.storage.close();
  });
});

describe("merging of files", () => {
  const planThree = (files: readonly unknown[]) => (files.length >= 3 ? (files as never) : undefined);

  it("replaces what the planner chose, once no snapshot is due", async () => {
    const { node, table, today } = await withFile({ planCompaction: planThree });
    for (let i = 0; i < 2; i++) {
      node.write(table, today);
      await node.storage.snapshot();
    }
    await node.clock.advance(200);
    assert.deepEqual(
      node
        .files()
        .map(({ firstSnapshot, lastSnapshot, rowCount }) => [firstSnapshot, lastSnapshot, rowCount]),
      [[1, 3, 3]],
    );
    assert.deepEqual(await node.visibleRows(), [1, 2, 3]);
    assert.equal((await node.dataKeys()).length, 1);
    assert.equal(node.storage.stats.compactions.tasks, 1);
    await node.storage.close();
  });

  it("looks at everything again after a restart", async () => {
    const { node, table, today } = await withFile();
    for (let i = 0; i < 2; i++) {
      node.write(table, today);
      await node.storage.snapshot();
    }
    await node.storage.close();
    const again = await ModelNode.open({ disk: node.disk, planCompaction: planThree });
    again.storage.start();
    await again.clock.advance(200);
    assert.equal(again.files().length, 1);
    await again.storage.close();
  });

  it("is tried again after a failure, and snapshots go on meanwhile", async () => {
    const { node, table, today } = await withFile({ planCompaction: planThree });
    node.write(table, today);
    await node.storage.snapshot();
    node.write(table, today);
    const goOn = node.worker.hold();
    const third = node.storage.snapshot();
    await settle();
    goOn();
    await third;
    node.worker.failures = 1;
    await node.clock.advance(200);
    assert.equal(node.storage.stats.compactions.failures, 1);
    node.write(table, today + 1);
    await node.storage.snapshot();
    assert.equal(node.files().length, 4);
    await node.clock.advance(2000);
    assert.equal(node.files().length, 2);
    assert.deepEqual(await node.visibleRows(), [1, 2, 3, 4]);
    await node.storage.close();
  });

  it("comes to nothing when its files were removed meanwhile", async () => {
    const { node, table, today } = await withFile({ planCompaction: planThree });
    node.write(table, today);
    await node.storage.snapshot();
    node.write(table, today);
    await node.storage.snapshot();
    const goOn = node.worker.hold();
    await settle();
    if (node.storage.stats.compactions.tasks === 0) {
      await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "now" });
      await node.clock.advance(10);
      goOn();
    }
    await node.clock.jump(120_000);
    assert.equal(node.files().length, 0);
    assert.equal((await node.dataKeys()).length, 0);
    await node.storage.close();
  });
});
