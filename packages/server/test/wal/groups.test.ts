import assert from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { ServerError, systemClock } from "#src/foundation/index.js";
import { StagingPool } from "#src/wal/index.js";
import { startWorkerThread } from "#src/wal/worker-link.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyWalFileSystem } from "./faulty-wal-file-system.ts";
import { config, fatalErrors, inlineWorker, openRig, replayOnly } from "./rig.ts";

const failedWrite = (error: unknown) => error instanceof ServerError && error.code === "wal_write_failed";
const settle = (promises: Promise<void>[]) =>
  Promise.allSettled(promises).then((results) => results.map(({ status }) => status));

describe("commit groups", () => {
  const directory = temporaryDirectory();

  it("gather what comes while the disk is busy", async () => {
    const { wal, write, events } = await openRig(directory.path);
    const first = write("a f=1");
    const second = write("b f=1");
    await first;
    const others = Array.from({ length: 50 }, (_, i) => write(`c f=${i}`));
    await Promise.all([second, ...others]);
    assert.deepEqual(events.sealed, [1, 2]);
    assert.deepEqual(events.durable, [1, 2]);
    await wal.close();
  });

  it("run onDurable before the answers of their entries", async () => {
    const order: string[] = [];
    const { wal, write, events } = await openRig(directory.path);
    events.durable.push = (...groups) => order.push(`durable ${groups}`);
    await Promise.all([
      write("a f=1").then(() => order.push("a")),
      write("b f=1").then(() => order.push("b")),
    ]);
    assert.deepEqual(order, ["durable 1", "a", "b"]);
    await wal.close();
  });

  it("are not started by entries that nobody waits for, until the flush interval ends", async () => {
    const timers: (() => void)[] = [];
    const clock = {
      ...systemClock,
      schedule: (_delayMs: number, callback: () => void) => {
        timers.push(callback);
        return { cancel: () => void timers.splice(timers.indexOf(callback), 1) };
      },
    };
    const { wal, write, events } = await openRig(directory.path, { clock });
    const lazy = [write("a f=1", { noSync: true }), write("b f=1", { noSync: true })];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.deepEqual(events.sealed, []);
    assert.equal(timers.length, 1);
    timers.shift()!();
    await Promise.all(lazy);
    assert.deepEqual(events.durable, [1]);
    const carried = write("c f=1", { noSync: true });
    await write("d f=1");
    await carried;
    assert.deepEqual(events.durable, [1, 2]);
    assert.equal(timers.length, 0, "the timer ends with its group");
    await wal.close();
  });

  it("are written at the end, also what nobody waits for", async () => {
    const { wal, write } = await openRig(directory.path);
    const late = [write("a f=1", { noSync: true }), write("b f=1")];
    await wal.close();
    await Promise.all(late);
    assert.deepEqual((await replayOnly(directory.path)).texts, ["a f=1", "b f=1"]);
    assert.throws(() => wal.reserve(1), { message: "wal is shutdown and not accepting writes" });
  });

  it("refuse writes beyond the bound on waiting ones, and take them again", async () => {
    const { wal, write } = await openRig(directory.path, { config: { ...config, maxBufferedWrites: 3 } });
    const waiting = [write("a f=1"), write("b f=1"), write("c f=1")];
    assert.throws(() => wal.reserve(1), {
      code: "write_overloaded",
      status: 503,
      message:
        "the server is busy and cannot buffer more writes: wal buffer full with 3 ops (--wal-max-write-buffer-size)",
    });
    await Promise.all(waiting);
    await write("d f=1");
    await wal.close();
  });

  it("survive a callback that fails", async () => {
    const { wal, write } = await openRig(directory.path);
    const slice = wal.reserve(1);
    const entry = { databaseId: 1, catalogSequence: 1, precision: 0, defaultTimeNs: 0n, slice, length: 1 };
    wal.append(entry, () => {
      throw new Error("a defect");
    });
    await write("b f=1");
    await wal.close();
  });
});

describe("a failing disk", () => {
  const directory = temporaryDirectory();

  it("fails the group and everything behind it, and nothing after the fault", async () => {
    const fs = new FaultyWalFileSystem();
    const { wal, write, events } = await openRig(directory.path, { fs });
    await write("before f=1");
    fs.fault = (step) => (step === "sync" ? "EIO" : undefined);
    const failing = write("lost f=1");
    while (events.sealed.length < 2) await new Promise(setImmediate);
    const behind = [write("lost f=2"), write("lost f=3")];
    await assert.rejects(failing, failedWrite);
    assert.deepEqual(await settle(behind), ["rejected", "rejected"]);
    assert.deepEqual(events.failed.slice(0, 1), [2]);
    assert.deepEqual(events.durable, [1]);
    fs.fault = () => undefined;
    await write("after f=1");
    await wal.close();
    assert.deepEqual((await replayOnly(directory.path)).texts, ["before f=1", "after f=1"]);
  });

  it("gives back the space that a failed group took, for a snapshot to use", async () => {
    const fs = new FaultyWalFileSystem();
    const { wal, write } = await openRig(directory.path, { fs });
    await write("before f=1");
    const segment = path.join(directory.path, "wal", "00000000001.wal");
    let count = 0;
    fs.fault = (step) => (step === "write" && ++count === 1 ? "ENOSPC" : undefined);
    await assert.rejects(write(`lost f="${"x".repeat(1_000_000)}"`), failedWrite);
    assert.equal(statSync(segment).size, 64 + (32 + 32 + "before f=1".length) + 32);
    await write("after f=1");
    await wal.close();
    assert.deepEqual((await replayOnly(directory.path)).texts, ["before f=1", "after f=1"]);
  });

  const scenarios: [string, string[]][] = [
    ["EIO", ["write"]],
    ["ENOSPC", ["write"]],
    ["EIO", ["sync"]],
    ["ENOSPC", ["open", "write", "link"]],
    ["EIO", ["link"]],
    ["EIO", ["unlink"]],
    ["EIO", ["syncDirectory"]],
    ["EMFILE", ["open"]],
    ["EIO", ["close"]],
  ];
  for (const [code, steps] of scenarios) {
    for (const nth of [1, 2, 3]) {
      it(`with ${code} at every ${nth}. ${steps.join(", ")} never acknowledges what it loses`, async () => {
        const fs = new FaultyWalFileSystem();
        const rig = await openRig(directory.path, { fs, segmentBytes: 600 });
        let count = 0;
        fs.fault = (step) => (steps.includes(step) && ++count % nth === 0 ? code : undefined);
        const acknowledged: string[] = [];
        const sent: string[] = [];
        for (let i = 0; i < 20; i++) {
          const batch = Array.from({ length: 3 }, (_, k) => `m${i} f=${k}`);
          sent.push(...batch);
          await Promise.all(
            batch.map((text) =>
              rig.write(text).then(
                () => acknowledged.push(text),
                (error: unknown) => assert.ok(failedWrite(error), String(error)),
              ),
            ),
          );
        }
        fs.fault = () => undefined;
        for (let i = 0; i < 5; i++) {
          await rig.write(`well f=${i}`);
          sent.push(`well f=${i}`);
          acknowledged.push(`well f=${i}`);
        }
        await rig.wal.close();
        const { texts, result } = await replayOnly(directory.path);
        assert.deepEqual(
          texts.filter((text) => acknowledged.includes(text)),
          acknowledged,
        );
        assert.deepEqual(
          texts.filter((text) => !sent.includes(text)),
          [],
        );
        assert.equal(new Set(texts).size, texts.length, "nothing twice");
        assert.equal(result.tornBytes, 0);
      });
    }
  }

  it("that half creates a segment gets no more groups into the one before it", async () => {
    const fs = new FaultyWalFileSystem();
    const { wal, write } = await openRig(directory.path, { fs, segmentBytes: 600 });
    await write(`first s="${"x".repeat(300)}"`);
    fs.fault = (step) => (step === "syncDirectory" ? "EIO" : undefined);
    await assert.rejects(write(`large s="${"x".repeat(300)}"`), failedWrite);
    fs.fault = () => undefined;
    // It has room in the first segment, where a reader that knows the second one would not look for it.
    await write("small f=1");
    await wal.close();
    const { texts } = await replayOnly(directory.path);
    assert.ok(texts.includes("small f=1"), `found ${texts.length} writes without the last one`);
  });

  it("reuses the staging memory of failed writes", async () => {
    const fs = new FaultyWalFileSystem();
    const { wal, write } = await openRig(directory.path, { fs });
    fs.fault = (step) => (step === "write" ? "EIO" : undefined);
    const large = "x".repeat(3 * 1024 * 1024);
    for (let i = 0; i < 40; i++) await assert.rejects(write(large), failedWrite);
    await wal.close();
  });

  it("that takes the worker down ends the log, loudly", async () => {
    fatalErrors.length = 0;
    let exit: (error: Error) => void = () => {};
    const { wal, write, events } = await openRig(directory.path, {
      startWorker: (data, handlers) => {
        exit = handlers.onExit;
        return inlineWorker()(data, handlers);
      },
    });
    await write("a f=1");
    const waiting = write("b f=1");
    exit(new Error("out of memory"));
    await assert.rejects(waiting, { message: "error writing wal file: out of memory" });
    assert.deepEqual(events.failed, [2]);
    assert.deepEqual(
      fatalErrors.map(({ message }) => message),
      ["out of memory"],
    );
    assert.throws(() => wal.reserve(1), failedWrite);
    await wal.close();
  });

  it("that is missing at the start fails the log through its worker thread", async () => {
    fatalErrors.length = 0;
    const told = new Promise<Error>((resolve) => {
      openRig(directory.path, {
        startWorker: (data, handlers) =>
          startWorkerThread({ ...data, directory: path.join(data.directory, "missing") }, handlers),
        onFatal: resolve,
      });
    });
    assert.match((await told).message, /ENOENT/);
  });
});

describe("staging memory", () => {
  const MB = 1024 * 1024;

  it("takes twenty bodies of 10 MB at once, half of them before they are there", () => {
    const pool = new StagingPool(256 * MB);
    for (let body = 0; body < 12; body++) assert.ok(pool.reserveAhead(10 * MB) !== undefined);
    assert.equal(pool.reserveAhead(10 * MB), undefined);
    for (let body = 0; body < 12; body++) pool.reserve(10 * MB);
    assert.throws(() => pool.reserve(10 * MB), { code: "write_overloaded" });
    assert.ok(pool.allocatedBytes <= 256 * MB);
  });

  it("keeps slices apart, with readable bytes behind each", () => {
    const pool = new StagingPool(64 * MB);
    const slices = [1, 7, 64, 1000].map((size) => pool.reserve(size));
    for (const [i, slice] of slices.entries()) slice.bytes.fill(i + 1);
    for (const [i, slice] of slices.entries()) {
      assert.ok(slice.bytes.every((byte) => byte === i + 1));
      assert.ok(slice.offset + slice.bytes.length + 64 <= slice.buffer.byteLength);
      assert.equal(slice.offset % 8, 0);
    }
  });

  it("is used again, whatever the order of release", () => {
    const pool = new StagingPool(32 * MB);
    for (let round = 0; round < 100; round++) {
      const slices = Array.from({ length: 3 }, () => pool.reserve(6 * MB));
      for (const slice of slices.sort((a, b) => ((a.offset * 7) % 5) - ((b.offset * 7) % 5)))
        pool.release(slice);
    }
    assert.ok(pool.allocatedBytes <= 32 * MB);
  });

  it("is bounded, and says which option bounds it", () => {
    const pool = new StagingPool(32 * MB);
    const slices = [pool.reserve(15 * MB), pool.reserve(15 * MB)];
    assert.throws(() => pool.reserve(2 * MB), {
      code: "write_overloaded",
      message: /\(--wal-staging-size\)$/,
    });
    pool.release(slices[0]!);
    pool.reserve(2 * MB);
  });

  it("takes one body larger than a chunk, also above the bound, and gives it back", () => {
    const pool = new StagingPool(32 * MB);
    const forgotten: SharedArrayBuffer[] = [];
    pool.onForget((buffer) => void forgotten.push(buffer));
    const huge = pool.reserve(100 * MB);
    assert.equal(huge.bytes.length, 100 * MB);
    assert.throws(() => pool.reserve(1), { code: "write_overloaded" });
    pool.release(huge);
    assert.deepEqual(forgotten, [huge.buffer]);
    assert.equal(pool.allocatedBytes, 0);
    pool.reserve(1);
  });

  it("gives bodies that still arrive half of itself, and never in the way of others", () => {
    const pool = new StagingPool(64 * MB);
    const arriving = [pool.reserveAhead(10 * MB)!, pool.reserveAhead(10 * MB)!];
    assert.equal(pool.reserveAhead(10 * MB), undefined);
    assert.equal(pool.reserveAhead(40 * MB), undefined);
    const finished = pool.reserve(1);
    assert.ok(arriving.every(({ buffer }) => buffer !== finished.buffer));
    for (const slice of arriving) pool.release(slice);
    const next = pool.reserveAhead(10 * MB)!;
    assert.ok(arriving.some(({ buffer }) => buffer === next.buffer));
    assert.equal(pool.reserveAhead(40 * MB), undefined, "one body may not take it all either");
  });

  it("notices a slice that is released twice", () => {
    const pool = new StagingPool(32 * MB);
    const slice = pool.reserve(1);
    pool.release(slice);
    assert.throws(() => pool.release(slice), /released twice/);
  });
});
