import assert from "node:assert/strict";
import type { ObjectStore } from "#src/object-store/index.js";
import { settle } from "./clock.ts";
import { Disk, ModelNode } from "./rig.ts";

/** Lets so many changes through, then nothing any more: the last one is lost, or made without an answer. */
function cutAfter(changes: number, isLastMade: boolean) {
  let left = changes;
  const dead = (): never => {
    throw new Error("power cut");
  };
  return (store: ObjectStore): ObjectStore => {
    const change = async <T>(make: () => Promise<T>): Promise<T> => {
      if (left < 0) dead();
      if (left-- > 0) return await make();
      if (isLastMade) await make();
      return dead();
    };
    return {
      get: (key) => (left < 0 ? Promise.reject(new Error("power cut")) : store.get(key)),
      list: (prefix) => (left < 0 ? Promise.reject(new Error("power cut")) : store.list(prefix)),
      put: (key, bytes, options) => change(() => store.put(key, bytes, options)),
      delete: (key) => change(() => store.delete(key)),
    };
  };
}

const planAll = (files: readonly unknown[]) => (files.length >= 3 ? (files as never) : undefined);

/** Writes, snapshots, merges: touches every kind of object. */
async function workload(disk: Disk, through: (store: ObjectStore) => ObjectStore): Promise<number[]> {
  const written: number[] = [];
  const node = await ModelNode.open({ disk, through, planCompaction: planAll }).catch(() => undefined);
  if (node === undefined) return written;
  try {
    const tables = [await node.createTable("db", "a"), await node.createTable("db", "b")];
    node.storage.start();
    for (let round = 0; round < 4; round++) {
      for (const table of tables) {
        for (const day of [20_000, 20_001]) written.push(node.write(table, day).id);
      }
      const snapshot = node.storage.snapshot();
      snapshot.catch(() => {});
      const failed = settle(30).then(() => node.storage.stats.snapshots.failures > 0);
      const ended = await Promise.race([snapshot.then(() => false), failed]);
      if (ended) break;
      await settle();
    }
  } catch {
    // The power is gone.
  }
  await node.storage.close().catch(() => {});
  return written;
}

describe("after a power cut at any change of the object store", () => {
  for (const isLastMade of [false, true]) {
    const name = isLastMade ? "that was made without an answer" : "that was not made";
    it(`${name}, every row is there once`, async () => {
      let cuts = 0;
      for (let changes = 0; ; changes++) {
        const disk = new Disk();
        let made = 0;
        const counted = (store: ObjectStore): ObjectStore => {
          const cut = cutAfter(changes, isLastMade)(store);
          const put: ObjectStore["put"] = (key, bytes, options) => {
            made++;
            return cut.put(key, bytes, options);
          };
          return { ...cut, put };
        };
        const written = await workload(disk, counted);
        const again = await ModelNode.open({ disk, planCompaction: planAll });
        assert.deepEqual(await again.visibleRows(), written, `cut after ${changes} changes`);
        // It goes on: what was left behind is removed, and the next snapshot fits.
        again.storage.start();
        await again.storage.snapshot();
        await again.clock.advance(200);
        await settle(60);
        assert.deepEqual(await again.visibleRows(), written, `second run, cut after ${changes} changes`);
        assert.deepEqual(
          (await again.dataKeys()).sort(),
          again
            .files()
            .map(({ key }) => key)
            .sort(),
        );
        assert.deepEqual(again.fatal, []);
        await again.storage.close();
        cuts++;
        if (made < changes) break;
      }
      assert.ok(cuts > 20, `${cuts} places to cut at`);
    });
  }
});

describe("a second process on the same files", () => {
  it("makes the first one stop at its next commit, with a clear reason", async () => {
    const first = await ModelNode.open();
    const table = await first.createTable("db", "t");
    first.storage.start();
    await first.clock.advance(200);
    first.write(table);
    const second = await ModelNode.open({ disk: first.disk });
    second.storage.start();
    await second.storage.snapshot();
    first.write(table);
    await assert.rejects(first.storage.snapshot(), /ahead of this one/);
    assert.match(
      first.fatal[0]!.message,
      /^another process has written to the data files of this node ahead/,
    );
    assert.match(first.fatal[0]!.message, /--node-id/);
    assert.deepEqual(second.fatal, []);
    await first.storage.close();
    await second.storage.close();
  });

  it("does not lose its files to a first one that wakes up", async () => {
    const disk = new Disk();
    let sleep: Promise<void> | undefined;
    let wake: () => void = () => {};
    const through = (store: ObjectStore): ObjectStore => ({
      get: (key) => store.get(key),
      put: (key, bytes, options) => store.put(key, bytes, options),
      delete: (key) => store.delete(key),
      list: async (prefix) => {
        if (prefix.endsWith("/dbs/")) await sleep;
        return await store.list(prefix);
      },
    });
    sleep = new Promise((resolve) => {
      wake = resolve;
    });
    const first = await ModelNode.open({ disk, through });
    const table = await first.createTable("db", "t");
    first.storage.start();
    await first.clock.advance(200);
    const second = await ModelNode.open({ disk });
    second.storage.start();
    second.write(table);
    await second.storage.snapshot();
    await second.clock.advance(200);
    wake();
    await settle(60);
    assert.equal((await second.dataKeys()).length, 1);
    assert.equal(first.fatal.length, 1);
    await first.storage.close();
    await second.storage.close();
  });
});
