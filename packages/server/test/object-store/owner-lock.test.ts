import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Clock, silentLogger, systemClock, systemRandom } from "#src/foundation/index.js";
import {
  FileLockPlace,
  type FileSystem,
  nodeFileSystem,
  type OpenStoreOptions,
  OwnedElsewhereError,
  OwnerLock,
  type OwnerLockOptions,
  openStore,
  systemProcesses,
} from "#src/object-store/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";

const distDirectory = path.resolve(import.meta.dirname, "../../dist");

describe("the lock of a node's directory", () => {
  const directory = temporaryDirectory();
  const locks: OwnerLock[] = [];
  const children: ChildProcess[] = [];

  afterEach(async () => {
    for (const lock of locks.splice(0)) await lock.release().catch(() => {});
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** Time that only passes when somebody waits. */
  function steppedTime() {
    let nowMs = 1_000_000;
    const waits: (() => void)[] = [];
    const timers: (() => void)[] = [];
    return {
      waits,
      timers,
      clock: {
        nowNs: () => BigInt(nowMs) * 1_000_000n,
        nowMs: () => nowMs,
        monotonicMs: () => nowMs,
        schedule: (_delayMs: number, callback: () => void) => {
          timers.push(callback);
          return { cancel() {} };
        },
      },
      wait: async (delayMs: number) => {
        nowMs += delayMs;
        for (const onWait of waits) onWait();
      },
    };
  }

  const node = () => path.join(directory.path, "node");
  beforeEach(() => mkdirSync(node()));

  const place = (clock: Clock = systemClock, fs: FileSystem = nodeFileSystem) =>
    new FileLockPlace({ directory: node(), fs, clock, random: systemRandom });

  const options = (changes: Partial<OwnerLockOptions> = {}): OwnerLockOptions => ({
    place: place(changes.clock),
    processes: systemProcesses,
    clock: systemClock,
    random: systemRandom,
    wait: steppedTime().wait,
    logger: silentLogger,
    onLost: () => {},
    ...changes,
  });

  async function acquire(changes: Partial<OwnerLockOptions> = {}): Promise<OwnerLock> {
    const lock = await OwnerLock.acquire(options(changes));
    locks.push(lock);
    return lock;
  }

  const otherMachine = {
    self: () => ({ ...systemProcesses.self(), machine: "elsewhere/boot/ns" }),
    exists: () => true,
    startToken: () => undefined,
  };

  it("is held by one server, and free again after its release", async () => {
    const first = await acquire();
    await assert.rejects(acquire(), (error) => {
      assert.ok(error instanceof OwnedElsewhereError);
      assert.match(error.message, /is in use by process \d+ .*--node-id or --data-dir/);
      return true;
    });
    await first.release();
    await acquire();
  });

  it("goes to one of many that start together", async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => acquire()));
    assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
    for (const result of results) {
      if (result.status === "rejected") assert.ok(result.reason instanceof OwnedElsewhereError);
    }
  });

  it("goes to one of many that find a dead owner", async () => {
    await acquire({ processes: { ...systemProcesses, self: () => ({ ...systemProcesses.self(), pid: 1 }) } });
    const dead = { ...systemProcesses, exists: (pid: number) => pid !== 1 && systemProcesses.exists(pid) };
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => acquire({ processes: dead })));
    assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
  });

  it("is taken over from a process with the same number that began later", async () => {
    const reused = { ...systemProcesses, self: () => ({ ...systemProcesses.self(), startToken: "1" }) };
    await acquire({ processes: reused });
    await acquire({ processes: { ...systemProcesses, startToken: () => "2" } });
  });

  it("is taken over after kill -9 of a real server, at once", async () => {
    const code = `
      const { openStore } = await import(${JSON.stringify(`file://${distDirectory}/object-store/index.js`)});
      const { silentLogger } = await import(${JSON.stringify(`file://${distDirectory}/foundation/index.js`)});
      const config = { kind: "file", dataDir: ${JSON.stringify(directory.path)} };
      await openStore({ config, nodeId: "node", logger: silentLogger, onLost() {} });
      process.stdout.write("ready");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
    children.push(child);
    await new Promise((resolve, reject) => {
      child.stdout.once("data", resolve);
      child.once("exit", () => reject(new Error("the holder of the lock ended")));
    });
    await assert.rejects(acquire(), OwnedElsewhereError);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    const noWait = () => assert.fail("a dead process on this machine needs no wait");
    await acquire({ wait: noWait });
  });

  it("waits a moment for an owner that is about to end", async () => {
    const first = await acquire();
    let waits = 0;
    await acquire({
      wait: async () => {
        if (++waits === 3) await first.release();
      },
    });
    assert.equal(waits, 3);
  });

  if (process.platform === "linux") {
    it("takes a dead process that its parent has not noticed for dead", async () => {
      // The shell becomes a program that never asks for its children, before the first of them ends.
      const parent = spawn("sh", ["-c", "sleep 0.5 & echo $!; exec sleep 60"]);
      children.push(parent);
      const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
      const isZombie = () => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
      while (!isZombie()) await new Promise(setImmediate);
      assert.equal(systemProcesses.exists(pid), false);
      assert.equal(systemProcesses.exists(process.pid), true);
    });
  }

  it("is not taken from a live owner on another machine", async () => {
    await acquire();
    const time = steppedTime();
    const file = path.join(node(), readdirSync(node())[0]!);
    let beats = 0;
    time.waits.push(() => {
      if (++beats === 8) utimesSync(file, 5, 5);
    });
    await assert.rejects(
      acquire({ processes: otherMachine, clock: time.clock, wait: time.wait }),
      OwnedElsewhereError,
    );
  });

  it("is taken from a silent owner on another machine, after ten seconds", async () => {
    await acquire();
    const time = steppedTime();
    const startMs = time.clock.nowMs();
    await acquire({ processes: otherMachine, clock: time.clock, wait: time.wait });
    assert.equal(time.clock.nowMs() - startMs, 10_000);
  });

  it("with an unreadable content is judged by its heartbeat", async () => {
    await (await acquire()).release();
    writeFileSync(path.join(node(), readdirSync(node())[0]!), "{");
    const time = steppedTime();
    await acquire({ clock: time.clock, wait: time.wait });
  });

  it("tells its owner when another process took over", async () => {
    const time = steppedTime();
    let lost: Error | undefined;
    const told = new Promise<void>((resolve) => {
      acquire({
        clock: time.clock,
        onLost: (error) => {
          lost = error;
          resolve();
        },
      });
    });
    while (time.timers.length === 0) await new Promise(setImmediate);
    const silent = steppedTime();
    await acquire({ processes: otherMachine, clock: silent.clock, wait: silent.wait });
    time.timers.shift()?.();
    await told;
    assert.match(lost?.message ?? "", /another process took over/);
  });

  it("is a file that is gone once another process owns the node", async () => {
    const first = await acquire();
    assert.equal(first.file, path.join(node(), "owner-0000000001.lock"));
    assert.ok(existsSync(first.file));
    const time = steppedTime();
    const second = await acquire({ processes: otherMachine, clock: time.clock, wait: time.wait });
    assert.equal(existsSync(first.file), false);
    assert.ok(existsSync(second.file!));
  });

  it("keeps beating while the disk fails for a moment", async () => {
    const time = steppedTime();
    let fail = false;
    const fs = {
      ...nodeFileSystem,
      touch: async (file: string, timeMs: number) => {
        if (fail) throw Object.assign(new Error("EIO"), { code: "EIO" });
        await nodeFileSystem.touch(file, timeMs);
      },
    };
    await acquire({
      clock: time.clock,
      place: place(time.clock, fs),
      onLost: () => assert.fail("the ownership was not lost"),
    });
    for (fail of [true, false, true]) {
      const beat = time.timers.shift();
      assert.ok(beat !== undefined);
      beat();
      while (time.timers.length === 0) await new Promise(setImmediate);
    }
  });
});

describe("opening a store", () => {
  const directory = temporaryDirectory();
  const open = (nodeId: string, changes: Partial<OpenStoreOptions> = {}) =>
    openStore({
      config: { kind: "file", dataDir: path.join(directory.path, "a", "b") },
      nodeId,
      logger: silentLogger,
      onLost: () => {},
      ...changes,
    });

  it("creates the data directory, and lets two nodes share it", async () => {
    const [one, two] = await Promise.all([open("one"), open("two")]);
    await one.store.put("one/k", new Uint8Array([1]));
    assert.equal(one.nodeDirectory, path.join(directory.path, "a", "b", "one"));
    await assert.rejects(open("one"), OwnedElsewhereError);
    await one.close();
    await two.close();
    const again = await open("one");
    assert.deepEqual(await again.store.get("one/k"), Buffer.from([1]));
    await again.close();
  });

  it("says so when the data directory cannot be made", async () => {
    writeFileSync(path.join(directory.path, "a"), "a file");
    await assert.rejects(
      open("one"),
      /^Error: Unable to create database directory ".*": part of the path is a file.*--data-dir$/,
    );
  });

  it("on a full disk names the place when it cannot start, and ends in order when it is running", async () => {
    const fs = new FaultyFileSystem();
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
    const full = (step: string) => (step === "write" ? "ENOSPC" : undefined);
    fs.fault = full;
    await assert.rejects(
      open("one", { fs }),
      /^Error: cannot use the data directory ".*one": no space is left on the disk\. .*--data-dir$/,
    );
    fs.fault = () => undefined;
    const opened = await open("one", { fs, logger });
    fs.fault = full;
    await opened.close();
    assert.deepEqual(warnings, ["cannot give back the lock of the node's data"]);
  });
});
