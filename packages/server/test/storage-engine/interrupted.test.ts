import assert from "node:assert/strict";
import type { ObjectStore } from "#src/object-store/index.js";
import { DAY_NS } from "#src/storage/index.js";
import { settle } from "./clock.ts";
import { ModelNode, type NodeOptions } from "./rig.ts";

const TODAY = 20_000;
const planThree: NodeOptions["planCompaction"] = (files) => (files.length >= 3 ? files : undefined);

/** Ends when the test says so; tells when it was reached. */
function gate(): { reached: Promise<void>; open(): void; pass(): Promise<void> } {
  let reach = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    reached,
    open: () => open(),
    pass: () => {
      reach();
      return opened;
    },
  };
}

/** A node whose merge of three files is written, and not committed before the gate opens. */
async function withHeldMerge() {
  const node = await ModelNode.open({ planCompaction: planThree });
  const table = await node.createTable("db", "t");
  const merged = gate();
  const compact = node.worker.compact.bind(node.worker);
  node.worker.compact = async (task) => {
    const file = await compact(task);
    await merged.pass();
    return file;
  };
  node.storage.start();
  for (let i = 0; i < 3; i++) {
    node.write(table, TODAY);
    await node.storage.snapshot();
  }
  await merged.reached;
  return { node, table, merged };
}

describe("a merge of files that is overtaken", () => {
  it("by the end of its table does not bring the rows back", async () => {
    const { node, merged } = await withHeldMerge();
    await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "now" });
    await node.clock.advance(10);
    assert.equal(node.files().length, 0);
    merged.open();
    await settle();
    assert.deepEqual(await node.visibleRows(), []);
    assert.equal(node.storage.stats.compactions.tasks, 0);
    assert.equal((await node.dataKeys()).length, 1, "what was merged is nobody's");
    await node.clock.jump(120_000);
    assert.deepEqual(await node.dataKeys(), []);
    assert.deepEqual(node.fatal, []);
    await node.storage.close();
  });

  it("by another process stops this one, which keeps its hands off the files", async () => {
    const { node, merged } = await withHeldMerge();
    const other = await ModelNode.open({ disk: node.disk });
    const table = other.catalog.database("db")!.table("t")!.id;
    other.storage.start();
    other.write(table, TODAY);
    await other.storage.snapshot();
    merged.open();
    await settle();
    await node.clock.jump(120_000);
    assert.equal(node.fatal.length, 1);
    assert.match(node.fatal[0]!.message, /another process has written to the data files of this node/);
    assert.equal(other.files().length, 4);
    assert.equal((await other.visibleRows()).length, 4, "all of the other one's files are there");
    await node.storage.close();
    await other.storage.close();
  });
});

describe("many days to look at", () => {
  it("are looked at in turns, down to the last one", async () => {
    const planTwo: NodeOptions["planCompaction"] = (files) => (files.length >= 2 ? files : undefined);
    const node = await ModelNode.open({ planCompaction: planTwo });
    const table = await node.createTable("db", "t");
    node.storage.start();
    const days = 2_500;
    for (let day = 0; day < days; day++) node.write(table, day);
    await node.storage.snapshot();
    node.write(table, days - 1);
    await node.storage.snapshot();
    await node.clock.advance(100);
    assert.equal(node.files().length, days);
    assert.equal(node.storage.stats.compactions.tasks, 1);
    await node.storage.close();
  });
});

describe("a planner with a defect", () => {
  it("stops the server, and whoever waits for a snapshot is told", async () => {
    const defect = new TypeError("a defect");
    const node = await ModelNode.open({
      planCompaction: () => {
        throw defect;
      },
    });
    const table = await node.createTable("db", "t");
    node.storage.start();
    for (let i = 0; i < 2; i++) {
      node.write(table, TODAY);
      await node.storage.snapshot();
    }
    await settle();
    assert.deepEqual(node.fatal, [defect]);
    await assert.rejects(node.storage.snapshot());
    await node.storage.close();
  });
});

describe("files that nothing refers to", () => {
  const orphan = (name: string) => `node/dbs/1/1/2024-10-04/${name}.parquet`;

  /** A store whose operations the test can hold up. */
  function watched(): { hooks: Partial<ObjectStore>; through: (store: ObjectStore) => ObjectStore } {
    const hooks: Partial<ObjectStore> = {};
    return {
      hooks,
      through: (store) => ({
        get: (key) => store.get(key),
        put: (key, bytes, options) => (hooks.put ?? store.put.bind(store))(key, bytes, options),
        list: (prefix) => (hooks.list ?? store.list.bind(store))(prefix),
        delete: (key) => (hooks.delete ?? store.delete.bind(store))(key),
      }),
    };
  }

  it("stay while a commit is in doubt that may name them", async () => {
    const { hooks, through } = watched();
    const node = await ModelNode.open({ through });
    const table = await node.createTable("db", "t");
    const { store } = node.disk;
    for (const name of ["a", "b", "c"]) await store.put(orphan(name), Buffer.from("[]"));
    hooks.delete = async (key) => {
      await store.delete(key);
      if (key !== orphan("a")) return;
      hooks.put = (to, bytes, options) =>
        to.includes("/snapshots/") ? Promise.reject(new Error("503")) : store.put(to, bytes, options);
      node.write(table, TODAY);
      void node.storage.snapshot();
      await settle();
    };
    node.storage.start();
    await node.clock.advance(2_000);
    const left = async () =>
      (await node.dataKeys()).filter((key) => key.startsWith("node/dbs/1/1/2024-10-04/"));
    assert.deepEqual(await left(), [orphan("b"), orphan("c")]);
    assert.equal(node.files().length, 0);
    hooks.put = store.put.bind(store);
    await node.clock.advance(300_000);
    assert.deepEqual(await left(), []);
    assert.equal(node.storage.stats.orphansRemoved, 3);
    assert.deepEqual(await node.visibleRows(), [1]);
    await node.storage.close();
  });

  it("stay when the server stops while they are listed", async () => {
    const { hooks, through } = watched();
    const node = await ModelNode.open({ through });
    const { store } = node.disk;
    await store.put(orphan("a"), Buffer.from("[]"));
    const listing = gate();
    hooks.list = async (prefix) => {
      const found = await store.list(prefix);
      if (prefix.includes("/dbs/")) await listing.pass();
      return found;
    };
    node.storage.start();
    const advanced = node.clock.advance(2_000);
    await listing.reached;
    await advanced;
    const closed = node.storage.close();
    listing.open();
    await closed;
    assert.deepEqual(await node.dataKeys(), [orphan("a")]);
  });

  it("are no longer this process's to remove once another one has claimed them", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    await node.disk.store.put(orphan("a"), Buffer.from("[]"));
    node.storage.start();
    await node.clock.advance(2_000);
    assert.deepEqual(await node.dataKeys(), [], "it owns them, and says so in the manifest");
    const other = await ModelNode.open({ disk: node.disk });
    await other.disk.store.put(orphan("b"), Buffer.from("[]"));
    other.storage.start();
    await other.clock.advance(2_000);
    assert.deepEqual(await node.dataKeys(), []);
    // The former owner's next failure makes it look for what it may have left.
    await node.disk.store.put(orphan("c"), Buffer.from("[]"));
    node.worker.failures = 1;
    node.write(table, TODAY);
    const late = assert.rejects(node.storage.snapshot());
    await node.clock.jump(120_000);
    await node.clock.advance(2_000);
    await late;
    assert.ok((await node.dataKeys()).includes(orphan("c")));
    assert.ok(node.fatal.length >= 1);
    for (const { message } of node.fatal)
      assert.match(message, /another process has written to the data files/);
    await node.storage.close();
    await other.storage.close();
  });
});

describe("memory that is wanted back while the log is replayed", () => {
  it("is waited for as long as a reader holds it, and no longer than its deadline", async () => {
    const node = await ModelNode.open({ reader: true });
    const table = await node.createTable("db", "t");
    const relieve = async () => {
      node.write(table, TODAY);
      let relieved = false;
      void node.storage.relieve().then(() => {
        relieved = true;
      });
      await settle();
      assert.equal(relieved, false);
      return () => relieved;
    };
    const first = await relieve();
    node.storage.views.released(1);
    await settle();
    assert.equal(first(), true);
    assert.equal(node.events.at(-1), "reclaim 1");
    const second = await relieve();
    await node.clock.advance(600_000);
    assert.equal(second(), true);
    assert.equal(node.storage.stats.unreleasedVersions, 1);
    await node.storage.close();
  });
});

describe("the last reader of the files", () => {
  it("that leaves holds nothing any more", async () => {
    const node = await ModelNode.open();
    const table = await node.createTable("db", "t");
    const leave = [node.storage.views.onSwitch(() => {}), node.storage.views.onSwitch(() => {})];
    node.storage.start();
    node.write(table, Number((BigInt(node.clock.nowMs()) * 1_000_000n) / DAY_NS));
    await node.storage.snapshot();
    await node.catalog.databaseCommands.deleteTable("db", "t", { kind: "now" });
    await node.clock.advance(10);
    assert.equal(node.files().length, 0);
    leave[0]!();
    await settle();
    assert.equal((await node.dataKeys()).length, 1);
    leave[1]!();
    await settle();
    assert.equal((await node.dataKeys()).length, 0);
    await node.storage.close();
  });
});

describe("a write-ahead log that never answers", () => {
  it("does not keep the server from ending, in the middle of a rotation", async () => {
    const waiting = gate();
    const node = await ModelNode.open({
      rotate: async () => {
        await waiting.pass();
        throw new Error("too late");
      },
    });
    node.storage.start();
    const snapshot = assert.rejects(node.storage.snapshot(), /the server is stopping/);
    await waiting.reached;
    await node.storage.close();
    await snapshot;
    waiting.open();
    await settle();
    assert.deepEqual(node.fatal, []);
  });
});
