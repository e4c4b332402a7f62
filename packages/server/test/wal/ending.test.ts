import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, ServerError, silentLogger, systemClock } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { openWal, type StartWorker, type WorkerHandlers } from "#src/wal/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { config, inlineWorker, openRig, replayOnly } from "./rig.ts";

const failedWrite = (error: unknown) => error instanceof ServerError && error.code === "wal_write_failed";
const entry = { databaseId: 1, catalogSequence: 1, precision: 0, defaultTimeNs: 0n };
const events = { onSeal() {}, onDurable() {}, onFailed() {} };
const lateWrite = { message: "error writing wal file: the server stopped before the store answered" };

/** The deadline of a close passes when the test says so. */
function deadlineClock(): { clock: Clock; passDeadline(): void } {
  let deadline = () => {};
  const schedule: Clock["schedule"] = (delayMs, callback) => {
    if (delayMs !== 30_000) return systemClock.schedule(delayMs, callback);
    deadline = callback;
    return { cancel() {} };
  };
  return { clock: { ...systemClock, schedule }, passDeadline: () => deadline() };
}

/** A worker that answers nothing after `silence`, and ends when it is told to. */
function mortalWorker() {
  let handlers: WorkerHandlers | undefined;
  const worker = {
    silent: false,
    terminated: 0,
    startWorker: ((data, given) => {
      handlers = given;
      const channel = inlineWorker()(data, given);
      return {
        post: (message, transfer) => {
          if (!worker.silent) channel.post(message, transfer);
        },
        terminate: () => {
          worker.terminated++;
          channel.terminate();
        },
      };
    }) satisfies StartWorker as StartWorker,
    end: () => handlers?.onExit(new Error("out of memory")),
  };
  return worker;
}

describe("a log before its start", () => {
  const directory = temporaryDirectory();
  const shared = { config, logger: silentLogger, onFatal() {} };

  for (const where of ["on a disk", "in objects"]) {
    it(`${where} takes no writes`, async () => {
      const wal =
        where === "on a disk"
          ? openWal({ ...shared, nodeDirectory: directory.path, startWorker: inlineWorker() })
          : openWal({
              ...shared,
              nodeDirectory: undefined,
              objects: { store: new MemoryStore(), prefix: "n" },
            });
      assert.throws(() => wal.start(events), /must be replayed before/);
      const slice = wal.reserve(1);
      assert.throws(() => wal.append({ ...entry, slice, length: 1 }, () => {}), /not started/);
    });
  }
});

describe("a log that ends", () => {
  const directory = temporaryDirectory();

  it("refuses a write whose body was arriving, and takes its memory back", async () => {
    const { wal } = await openRig(directory.path);
    const before = wal.reserveAhead(1000)!;
    await wal.close();
    assert.throws(() => wal.append({ ...entry, slice: before, length: 1000 }, () => {}), {
      code: "wal_closed",
    });
    wal.release(before);
    assert.throws(() => wal.release(before), /released twice/);
    assert.equal(wal.reserveAhead(1000), undefined, "no body begins to arrive any more");
  });

  it("waits for a disk that answers nothing until its deadline, then fails the last writes", async () => {
    const { clock, passDeadline } = deadlineClock();
    const worker = mortalWorker();
    const { wal, write } = await openRig(directory.path, { clock, startWorker: worker.startWorker });
    await write("a f=1");
    worker.silent = true;
    const last = assert.rejects(write("b f=1"), lateWrite);
    const closed = wal.close();
    await nextTurn();
    passDeadline();
    await Promise.all([last, closed]);
    assert.equal(worker.terminated, 1);
    assert.deepEqual((await replayOnly(directory.path)).texts, ["a f=1"]);
  });

  it("waits for a store that answers nothing until its deadline, and tries nothing after it", async () => {
    const { clock, passDeadline } = deadlineClock();
    const store = new MemoryStore();
    const objects = { store, prefix: "node" };
    const { wal, write } = await openRig(undefined, {
      clock,
      objects,
      config: { ...config, flushIntervalMs: 0 },
    });
    let attempts = 0;
    let answer: (error: Error) => void = () => {};
    const asked = new Promise<void>((resolve) => {
      store.put = () => {
        attempts++;
        resolve();
        return new Promise((_resolve, reject) => {
          answer = reject;
        });
      };
    });
    const last = assert.rejects(write("a f=1"), lateWrite);
    await asked;
    const closed = wal.close();
    await nextTurn();
    passDeadline();
    await Promise.all([last, closed]);
    answer(new Error("503 slow down"));
    await nextTurn();
    assert.equal(attempts, 1);
  });

  it("does not answer a write a second time when the store answers after the deadline", async () => {
    const { clock, passDeadline } = deadlineClock();
    const store = new MemoryStore();
    const objects = { store, prefix: "node" };
    const rig = await openRig(undefined, { clock, objects, config: { ...config, flushIntervalMs: 0 } });
    const put = store.put.bind(store);
    let arrive: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      store.put = async (...args) => {
        resolve();
        await new Promise<void>((released) => {
          arrive = released;
        });
        return put(...args);
      };
    });
    const last = assert.rejects(rig.write("late f=1"), lateWrite);
    await asked;
    const closed = rig.wal.close();
    await nextTurn();
    passDeadline();
    await Promise.all([last, closed]);
    arrive();
    await nextTurn();
    assert.deepEqual(rig.events.durable, []);
    assert.deepEqual(rig.events.failed, [1]);
    assert.equal(rig.wal.stats.groups, 0);
  });

  it("with its worker while space is given back leaves the space for the next start", async () => {
    const worker = mortalWorker();
    const warnings: string[] = [];
    const { wal, write } = await openRig(directory.path, {
      startWorker: worker.startWorker,
      logger: {
        ...silentLogger,
        warn: (message, fields) => void warnings.push(`${message}: ${fields?.["error"]}`),
      },
    });
    await write("a f=1");
    worker.silent = true;
    const trimmed = wal.trim(1);
    worker.end();
    await trimmed;
    await wal.trim(1);
    assert.throws(() => wal.reserve(1), failedWrite);
    await wal.close();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /the WAL worker ended/);
  });
});
