import assert from "node:assert/strict";
import { ServerError, silentLogger, systemClock } from "#src/foundation/index.js";
import { MemoryStore, type ObjectStore } from "#src/object-store/index.js";
import { openWal } from "#src/wal/index.js";
import { config, openRig } from "./rig.ts";

const failedWrite = (error: unknown) => error instanceof ServerError && error.code === "wal_write_failed";

describe("the claim of a log in an object store", () => {
  /** Attempts follow each other at once, but the clock sees the waits between them. */
  function walOver(store: ObjectStore) {
    let offsetMs = 0;
    return openWal({
      config: { ...config, flushIntervalMs: 0 },
      nodeDirectory: undefined,
      objects: { store, prefix: "node" },
      logger: silentLogger,
      onFatal() {},
      clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + offsetMs },
      wait: async (delayMs) => {
        offsetMs += delayMs;
      },
    });
  }

  it("fails the start when the store takes nothing, and says why", async () => {
    const store = new MemoryStore();
    store.put = async () => {
      throw new Error("403 forbidden");
    };
    await assert.rejects(
      walOver(store).replay(() => {}, { after: 0 }),
      {
        code: "wal_write_failed",
        message: "error writing wal file: 403 forbidden",
      },
    );
  });

  it("fails the start when the store holds a name and does not give its object out", async () => {
    const store = new MemoryStore();
    store.put = async () => "exists";
    await assert.rejects(
      walOver(store).replay(() => {}, { after: 0 }),
      (error: unknown) => {
        assert.ok(failedWrite(error));
        assert.match(
          (error as Error).message,
          /the store holds node\/wal\/00000000001\.wal and does not give it/,
        );
        return true;
      },
    );
  });

  it("fails the start when another server goes on writing, and names its object", async () => {
    const store = new MemoryStore();
    const former = await openRig(undefined, {
      objects: { store, prefix: "node" },
      config: { ...config, flushIntervalMs: 0 },
    });
    const list = store.list.bind(store);
    let listed = 0;
    store.list = async (prefix) => {
      const found = await list(prefix);
      await former.write(`busy f=${listed++}`);
      return found;
    };
    await assert.rejects(
      walOver(store).replay(() => {}, { after: 0 }),
      (error: unknown) => {
        assert.ok(error instanceof ServerError && error.code === "wal_second_owner", String(error));
        assert.match(error.message, /node\/wal\/\d{11}\.wal/);
        return true;
      },
    );
    await former.write("still here f=1");
    await former.wal.close();
  });

  it("completes a trim that was interrupted", async () => {
    const store = new MemoryStore();
    const objects = { store, prefix: "node" };
    const options = { objects, config: { ...config, flushIntervalMs: 0 } };
    const first = await openRig(undefined, options);
    for (let i = 0; i < 5; i++) await first.write(`a f=${i}`);
    await first.wal.close();
    const second = await openRig(undefined, { ...options, after: 4 });
    assert.deepEqual(second.replayed, ["a f=3", "a f=4"]);
    // One that gives nothing back waits for the one before it.
    await second.wal.trim(0);
    const left = (await store.list("node/wal/")).map(({ key }) => Number(/(\d{11})\.wal$/.exec(key)?.[1]));
    assert.deepEqual(left, [1, 5, 6, 7], "the claims stay");
    await second.wal.close();
  });
});
