import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { ServerError, systemClock } from "#src/foundation/index.js";
import { MemoryStore, type ObjectStore } from "#src/object-store/index.js";
import { WalDamagedError } from "#src/wal/index.js";
import { config, openRig, type RigOptions, replayOnly, type WalRig } from "./rig.ts";

/** What an attempt to store an object meets. */
type Fate = "works" | "fails" | "applied" | "late";

/** A store whose puts can fail before, after, or long before they are applied. */
class FaultyStore implements ObjectStore {
  readonly inner = new MemoryStore();
  readonly late: (() => Promise<unknown>)[] = [];
  puts = 0;
  fate: (put: number) => Fate = () => "works";

  get = (key: string) => this.inner.get(key);
  list = (prefix: string) => this.inner.list(prefix);
  delete = (key: string) => this.inner.delete(key);

  async put(key: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }) {
    const fate = this.fate(++this.puts);
    if (fate === "works") return this.inner.put(key, bytes, options);
    if (fate === "applied") await this.inner.put(key, bytes, options);
    if (fate === "late") this.late.push(() => this.inner.put(key, bytes, options));
    throw new Error("503 slow down");
  }
}

/** Waits between attempts take no time, but the clock sees them. */
function hurriedClock() {
  let offsetMs = 0;
  return {
    clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + offsetMs },
    wait: async (delayMs: number) => {
      offsetMs += delayMs;
    },
  };
}

function options(store: ObjectStore, more: RigOptions = {}): RigOptions {
  return {
    ...hurriedClock(),
    objects: { store, prefix: "node" },
    config: { ...config, flushIntervalMs: 0 },
    ...more,
  };
}

const open = (store: ObjectStore, more?: RigOptions): Promise<WalRig> =>
  openRig(undefined, options(store, more));
const read = (store: ObjectStore, more?: RigOptions) => replayOnly(undefined, options(store, more));
const numbers = async (store: ObjectStore) =>
  (await store.list("node/wal/")).map(({ key }) => Number(/(\d{11})\.wal$/.exec(key)?.[1]));
const failedWrite = (error: unknown) => error instanceof ServerError && error.code === "wal_write_failed";

describe("the log in an object store", () => {
  it("gives back what was written, in order, and goes on where it ended", async () => {
    const store = new MemoryStore();
    const written: string[] = [];
    for (let run = 0; run < 4; run++) {
      const rig = await open(store);
      assert.deepEqual(rig.replayed, written);
      for (let i = 0; i < 3; i++) {
        const batch = [`run${run} f=${i}`, `run${run} g=${i}`];
        await Promise.all(batch.map((text) => rig.write(text)));
        written.push(...batch);
      }
      await rig.wal.close();
    }
    assert.deepEqual((await read(store)).texts, written);
    assert.deepEqual(
      await numbers(store),
      Array.from({ length: 17 }, (_, i) => i + 1),
    );
  });

  it("stores one object an interval, at once after a pause", async () => {
    const timers: { delayMs: number; callback: () => void }[] = [];
    const clock = {
      ...systemClock,
      monotonicMs: () => 5000,
      schedule(delayMs: number, callback: () => void) {
        const timer = { delayMs, callback };
        if (delayMs <= 1000) timers.push(timer);
        return {
          cancel() {
            const at = timers.indexOf(timer);
            if (at >= 0) timers.splice(at, 1);
          },
        };
      },
    };
    const store = new FaultyStore();
    const rig = await open(store, { clock, config });
    const first = rig.write("a f=1");
    assert.deepEqual(
      timers.map(({ delayMs }) => delayMs),
      [0],
    );
    timers.shift()!.callback();
    await first;
    const others = [rig.write("b f=1"), rig.write("c f=1", { noSync: true }), rig.write("d f=1")];
    assert.deepEqual(
      timers.map(({ delayMs }) => delayMs),
      [1000],
    );
    timers.shift()!.callback();
    await Promise.all(others);
    assert.equal(store.puts, 3, "the claim and two groups");
    await rig.wal.close();
  });

  it("tries again what failed, and knows its own object when it had arrived", async () => {
    const store = new FaultyStore();
    const rig = await open(store);
    store.fate = (put) => (put % 3 === 0 ? "works" : put % 3 === 1 ? "fails" : "applied");
    for (let i = 0; i < 10; i++) await rig.write(`a f=${i}`);
    assert.ok(rig.wal.stats.retries >= 5);
    assert.equal(rig.wal.stats.groups, 10);
    await rig.wal.close();
    store.fate = () => "works";
    assert.deepEqual(
      (await read(store)).texts,
      Array.from({ length: 10 }, (_, i) => `a f=${i}`),
    );
  });

  it("fails the waiting writes when the store stays away, and serves again when it is back", async () => {
    const store = new FaultyStore();
    const rig = await open(store);
    await rig.write("a f=1");
    store.fate = () => "fails";
    await assert.rejects(rig.write("b f=1"), { message: "error writing wal file: 503 slow down" });
    assert.ok(rig.wal.stats.retries >= 10);
    assert.deepEqual(rig.events.failed, [2]);
    store.fate = () => "works";
    await rig.write("c f=1");
    await rig.wal.close();
    assert.deepEqual((await read(store)).texts, ["a f=1", "c f=1"]);
  });

  it("keeps its order when a write arrives that was given up", async () => {
    const store = new FaultyStore();
    const rig = await open(store);
    store.fate = () => "applied";
    // The read back must fail too, or the object is recognized.
    store.get = async () => {
      throw new Error("reset");
    };
    await assert.rejects(rig.write("given up f=1"), failedWrite);
    store.fate = () => "works";
    store.get = (key) => store.inner.get(key);
    await rig.write("after f=1");
    assert.equal(await rig.wal.boundary(), 3);
    await rig.wal.close();
    assert.deepEqual((await read(store)).texts, ["given up f=1", "after f=1"]);
  });

  it("is not changed by a write that arrives when its place is taken", async () => {
    const store = new FaultyStore();
    const rig = await open(store);
    store.fate = () => "late";
    await assert.rejects(rig.write("given up f=1"), failedWrite);
    store.fate = () => "works";
    await rig.write("after f=1");
    for (const arrive of store.late) await arrive();
    await rig.write("later f=1");
    await rig.wal.close();
    assert.deepEqual((await read(store)).texts, ["after f=1", "later f=1"]);
  });

  it("is taken over by a new start: the former owner's next write stops it", async () => {
    const store = new MemoryStore();
    const fatal: Error[] = [];
    const former = await open(store, { onFatal: (error) => void fatal.push(error) });
    await former.write("former f=1");
    const owner = await open(store);
    assert.deepEqual(owner.replayed, ["former f=1"]);
    await assert.rejects(former.write("too late f=1"), failedWrite);
    assert.equal(fatal.length, 1);
    assert.match(fatal[0]!.message, /another server took over .* node\/wal\/00000000003\.wal/);
    assert.throws(() => former.wal.reserve(1), failedWrite);
    await owner.write("owner f=1");
    await owner.wal.close();
    assert.deepEqual((await read(store)).texts, ["former f=1", "owner f=1"]);
  });

  it("stops a former owner that wakes up when its time is trimmed already", async () => {
    const store = new MemoryStore();
    const fatal: Error[] = [];
    const former = await open(store, { onFatal: (error) => void fatal.push(error) });
    await former.write("former f=1");
    const owner = await open(store);
    for (let i = 0; i < 5; i++) await owner.write(`owner f=${i}`);
    await owner.wal.trim(await owner.wal.boundary());
    assert.deepEqual(await numbers(store), [1, 3], "only the claims are left");
    await assert.rejects(former.write("too late f=1"), failedWrite);
    assert.equal(fatal.length, 1);
    await owner.write("last f=1");
    await owner.wal.close();
    assert.deepEqual((await read(store, { after: 8 })).texts, ["last f=1"]);
  });

  it("reads what the former owner adds while it is taken over", async () => {
    const store = new FaultyStore();
    const former = await open(store);
    await former.write("a f=1");
    let added = 0;
    store.list = async (prefix) => {
      const found = await store.inner.list(prefix);
      if (added++ < 3) await former.write(`added f=${added}`);
      return found;
    };
    const owner = await open(store);
    assert.deepEqual(owner.replayed, ["a f=1", "added f=1", "added f=2", "added f=3"]);
    await owner.wal.close();
  });

  it("visits only what comes after, and removes the rest at the next trim", async () => {
    const store = new MemoryStore();
    const rig = await open(store);
    for (let i = 0; i < 10; i++) await rig.write(`a f=${i}`);
    assert.equal(await rig.wal.boundary(), 11);
    assert.equal(rig.wal.bytesSinceBoundary, 0);
    await rig.wal.close();
    const told: number[] = [];
    const wal = (await import("#src/wal/index.js")).openWal({
      ...(options(store) as Parameters<typeof import("#src/wal/index.js").openWal>[0]),
      nodeDirectory: undefined,
      logger: (await import("#src/foundation/index.js")).silentLogger,
      onFatal: () => {},
    });
    const { lastSequence } = await wal.replay(() => {}, {
      after: 8,
      onGroup: (sequence) => void told.push(sequence),
    });
    assert.deepEqual(told, [9, 10, 11]);
    assert.equal(lastSequence, 11);
    await wal.trim(9);
    assert.deepEqual(await numbers(store), [1, 10, 11, 12]);
  });

  it("keeps what cannot be removed for the next trim", async () => {
    const store = new FaultyStore();
    const rig = await open(store);
    for (let i = 0; i < 10; i++) await rig.write(`a f=${i}`);
    let deletes = 0;
    store.delete = async (key) => {
      if (++deletes % 2 === 0) throw new Error("503");
      await store.inner.delete(key);
    };
    await rig.wal.trim(8);
    store.delete = (key) => store.inner.delete(key);
    assert.notDeepEqual(await numbers(store), [1, 9, 10, 11]);
    await rig.wal.trim(8);
    assert.deepEqual(await numbers(store), [1, 9, 10, 11]);
    await rig.wal.close();
  });

  it("names a missing object, a damaged one at any byte, and a log that is gone", async () => {
    const store = new MemoryStore();
    const rig = await open(store);
    for (const text of ["a f=1", "b f=1", "c f=1"]) await rig.write(text);
    await rig.wal.close();
    const key = "node/wal/00000000003.wal";
    const intact = (await store.get(key))!;
    const damageOf = async (more?: RigOptions) => {
      const error = await read(store, more).then(
        () => assert.fail("the damage was not found"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof WalDamagedError, String(error));
      assert.equal(error.exitCode, 3);
      return error;
    };
    for (let at = 0; at < intact.length; at++) {
      const flipped = intact.slice();
      flipped[at]! ^= 1 << (at % 8);
      await store.put(key, flipped);
      const error = await damageOf();
      assert.equal(error.file, key);
      assert.equal(error.offset, at < 64 ? 0 : 64);
      await store.put(key, intact.subarray(0, at));
      assert.equal((await damageOf()).file, key);
    }
    await store.delete(key);
    assert.match((await damageOf()).message, /00000000003\.wal is damaged at byte 0: the object is missing/);
    const recover = { config: { ...config, flushIntervalMs: 0, recover: true } };
    assert.deepEqual((await read(store, recover)).texts, ["a f=1", "c f=1"]);
    assert.deepEqual((await read(store)).texts, ["a f=1", "c f=1"], "later starts need not be told again");
    for (const object of await store.list("node/wal/")) await store.delete(object.key);
    assert.match((await damageOf({ after: 2 })).message, /node\/wal is damaged .* up to group 2 /);
    assert.deepEqual((await read(store)).texts, []);
  });

  it("keeps every acknowledged write once and in order, whatever the store does", async () => {
    const seed = randomInt(1_000_000);
    let state = seed;
    const random = (bound: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % bound;
    };
    const store = new FaultyStore();
    const fates: Fate[] = ["works", "works", "works", "fails", "applied", "late"];
    store.get = async (key) => {
      if (away && random(2) === 0) throw new Error("reset");
      return store.inner.get(key);
    };
    let away = false;
    const sent: string[] = [];
    const acknowledged: string[] = [];
    for (let run = 0; run < 5; run++) {
      away = false;
      store.fate = () => "works";
      const rig = await open(store);
      assert.deepEqual(
        rig.replayed.filter((text) => acknowledged.includes(text)),
        acknowledged,
        `seed ${seed}`,
      );
      store.fate = () => (away && random(50) > 0 ? fates[3 + random(3)]! : fates[random(6)]!);
      for (let i = 0; i < 40; i++) {
        away = random(8) === 0;
        const text = `run${run} f=${i}`;
        sent.push(text);
        await rig.write(text).then(
          () => acknowledged.push(text),
          (error: unknown) => assert.ok(failedWrite(error), `seed ${seed}: ${error}`),
        );
        if (random(4) === 0) await store.late.shift()?.();
      }
      await rig.wal.close();
    }
    store.fate = () => "works";
    away = false;
    const { texts } = await read(store);
    const order = texts.map((text) => sent.indexOf(text));
    assert.ok(!order.includes(-1), `seed ${seed}: something never sent`);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      order,
      `seed ${seed}: the order`,
    );
    assert.equal(new Set(texts).size, texts.length, `seed ${seed}: something twice`);
    assert.deepEqual(
      acknowledged.filter((text) => !texts.includes(text)),
      [],
      `seed ${seed}: lost`,
    );
  });
});
