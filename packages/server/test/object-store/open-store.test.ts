import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type Logger, silentLogger, systemRandom } from "#src/foundation/index.js";
import {
  dataPrefix,
  type OpenStoreOptions,
  OwnedElsewhereError,
  openStore,
  openStorePart,
  S3Error,
  ScratchDirectory,
  systemProcesses,
} from "#src/object-store/index.js";
import { type S3Rig, startS3 } from "../support/s3/start-s3.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { bytes, storeContract, text } from "./contract.ts";
import { s3Config } from "./s3-config.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: Pick<OpenStoreOptions, "config"> & Partial<OpenStoreOptions>) {
  const opened = await openStore({ nodeId: "n", logger: silentLogger, onLost: () => {}, ...options });
  closers.push(() => opened.close());
  return opened;
}

function openPart(...parameters: Parameters<typeof openStorePart>) {
  const part = openStorePart(...parameters);
  closers.push(() => part.close());
  return part;
}

describe("a store in memory", () => {
  const config = { kind: "memory", throttled: false } as const;

  storeContract(() => {
    // Opening needs no wait: the promise of each call does.
    const opened = open({ config });
    return {
      get: async (key) => (await opened).store.get(key),
      put: async (key, content, options) => (await opened).store.put(key, content, options),
      list: async (prefix) => (await opened).store.list(prefix),
      delete: async (key) => (await opened).store.delete(key),
    };
  });

  it("is seen by other threads, and its files have paths", async () => {
    const opened = await open({ config });
    assert.equal(opened.nodeDirectory, undefined);
    const part = openPart(structuredClone(opened.setup));
    await part.store.put("n/dbs/1/k.parquet", bytes("x"));
    assert.equal(text(await opened.store.get("n/dbs/1/k.parquet")), "x");
    const { paths, release } = await part.files.acquire(["n/dbs/1/k.parquet"]);
    assert.equal(readFileSync(paths[0]!, "utf8"), "x");
    assert.ok(paths[0]!.startsWith(part.files.directories[0]!));
    release();
  });

  it("leaves nothing behind", async () => {
    const opened = await openStore({ config, nodeId: "n", logger: silentLogger, onLost: () => {} });
    assert.ok(opened.setup.kind === "memory" && existsSync(opened.setup.root));
    await opened.store.put("n/k", bytes("x"));
    await opened.close();
    assert.equal(existsSync(opened.setup.root), false);
  });

  it("is slow when it is told to be", async () => {
    const opened = await open({ config: { kind: "memory", throttled: true } });
    const startedMs = performance.now();
    await opened.store.put("n/k", bytes("x"));
    assert.ok(performance.now() - startedMs >= 99);
    assert.ok(opened.setup.kind === "memory" && opened.setup.throttled);
  });
});

describe("scratch directories", () => {
  const parent = temporaryDirectory();
  const create = (changes: Partial<Parameters<typeof ScratchDirectory.create>[0]> = {}) =>
    ScratchDirectory.create({
      purpose: "test",
      parents: [parent.path],
      processes: systemProcesses,
      random: systemRandom,
      ...changes,
    });
  const as = (changes: Partial<ReturnType<typeof systemProcesses.self>>) => ({
    ...systemProcesses,
    self: () => ({ ...systemProcesses.self(), ...changes }),
  });

  it("go with their process, also when that is killed and another starts", async () => {
    const code = `
      const { ScratchDirectory, systemProcesses } = await import("#src/object-store/index.js");
      const { systemRandom } = await import("#src/foundation/index.js");
      const options = { purpose: "test", parents: [${JSON.stringify(parent.path)}], processes: systemProcesses, random: systemRandom };
      ScratchDirectory.within((await ScratchDirectory.create(options)).path);
      process.stdout.write("ready");
      if (process.argv.includes("end")) process.exit(0);
      setInterval(() => {}, 1000);`;
    for (const ending of ["end", "kill"]) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", code, "--", ending], {
        cwd: path.resolve(import.meta.dirname, "../.."),
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await new Promise((resolve) => child.stdout.once("data", resolve));
      if (ending === "kill") {
        const mine = await create();
        assert.equal(readdirSync(parent.path).length, 2);
        mine.remove();
        child.kill("SIGKILL");
      }
      await ended;
      assert.equal(readdirSync(parent.path).length, ending === "kill" ? 1 : 0);
    }
    const mine = await create();
    assert.deepEqual(readdirSync(parent.path), [path.basename(mine.path)]);
    mine.remove();
  });

  it("of other machines, other containers, other purposes and live processes stay", async () => {
    const [host, boot, namespace] = systemProcesses.self().machine.split("/");
    const pid = 2 ** 22 + 1;
    const over = [
      await create({ processes: as({ machine: `${host}/before/${namespace}` }) }),
      await create({ processes: as({ pid }) }),
    ];
    const others = [
      await create({ processes: as({ pid, machine: `other/${boot}/${namespace}` }) }),
      await create({ processes: as({ pid, machine: `${host}/${boot}/other` }) }),
      await create({ processes: as({ pid }), purpose: "else" }),
      await create(),
    ];
    const mine = await create();
    for (const { path } of others) assert.ok(existsSync(path));
    for (const { path } of over) assert.equal(existsSync(path), false);
    for (const directory of [...others, ...over, mine]) directory.remove();
  });

  it("take the next place when one cannot be used, and name all when none can", async () => {
    const made = await create({ parents: ["/proc/none", parent.path] });
    assert.equal(path.dirname(made.path), parent.path);
    made.remove();
    await assert.rejects(
      create({ parents: ["/proc/none"] }),
      /cannot create a temporary directory in "\/proc\/none"/,
    );
  });
});

describe("a store in a directory", () => {
  const directory = temporaryDirectory();

  it("shows its lock, and its files to other threads", async () => {
    const opened = await open({ config: { kind: "file", dataDir: directory.path } });
    assert.equal(opened.ownerFile, path.join(directory.path, "n", "owner-0000000001.lock"));
    assert.ok(existsSync(opened.ownerFile));
    const part = openPart(structuredClone(opened.setup));
    await opened.store.put("n/dbs/1/k", bytes("x"));
    assert.equal(text(await part.store.get("n/dbs/1/k")), "x");
    const { paths } = await part.files.acquire(["n/dbs/1/k"]);
    assert.deepEqual(paths, [path.join(directory.path, "n", "dbs", "1", "k")]);
    assert.deepEqual(part.files.directories, [path.join(directory.path, dataPrefix("n"))]);
  });
});

describe("a store in a bucket", () => {
  let rig: S3Rig;
  const cache = temporaryDirectory();
  before(async () => {
    rig = await startS3();
  });
  after(() => rig.stop());
  beforeEach(async () => {
    rig.proxy.rules = [];
    rig.proxy.conditions = ["if-none-match", "if-match"];
    rig.proxy.seen.length = 0;
  });

  const config = (changes = {}) => s3Config(rig, { cacheDir: cache.path, ...changes });
  /** Time that only waits move; timers never fire. */
  const steppedTime = () => {
    let nowMs = 0;
    const waits: (() => void)[] = [];
    const clock = {
      nowNs: () => BigInt(nowMs) * 1_000_000n,
      nowMs: () => 1_700_000_000_000 + nowMs,
      monotonicMs: () => nowMs,
      schedule: () => ({ cancel() {} }),
    };
    const wait = async (delayMs: number) => {
      nowMs += delayMs;
      for (const onWait of waits) onWait();
    };
    return { clock, wait, waits };
  };
  const elsewhere = {
    ...systemProcesses,
    self: () => ({ ...systemProcesses.self(), machine: "elsewhere/boot/ns" }),
  };

  it("is seen by other threads, which read files through a cache", async () => {
    const opened = await open({ config: config(), nodeId: "parts" });
    assert.equal(opened.nodeDirectory, undefined);
    const part = openPart(structuredClone(opened.setup));
    const key = `${dataPrefix("parts")}1/k`;
    await part.store.put(key, bytes("content"));
    assert.equal(text(await opened.store.get(key)), "content");
    for (let i = 0; i < 2; i++) {
      const { paths, release } = await part.files.acquire([key]);
      assert.equal(readFileSync(paths[0]!, "utf8"), "content");
      release();
      assert.ok(existsSync(paths[0]!));
    }
    const frugal = openPart(opened.setup, { keepCopies: false });
    const { paths, release } = await frugal.files.acquire([key]);
    release();
    while (existsSync(paths[0]!)) await new Promise(setImmediate);
  });

  it("is used by threads of their own", async () => {
    const opened = await open({ config: config(), nodeId: "threads" });
    const key = `${dataPrefix("threads")}1/k`;
    await opened.store.put(key, bytes("content"));
    const code = `
      import { readFileSync } from "node:fs";
      import { workerData } from "node:worker_threads";
      const { openStorePart } = await import(workerData.room);
      const part = openStorePart(workerData.setup);
      const { paths, release } = await part.files.acquire([workerData.key]);
      await part.store.put(workerData.key + "2", readFileSync(paths[0]));
      release();
      await part.close();`;
    const room = pathToFileURL(path.resolve(import.meta.dirname, "../../dist/object-store/index.js")).href;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      workerData: { setup: opened.setup, key, room },
      execArgv: [],
    });
    const exitCode = await new Promise((resolve, reject) =>
      worker.once("exit", resolve).once("error", reject),
    );
    assert.equal(exitCode, 0);
    assert.equal(text(await opened.store.get(`${key}2`)), "content");
    assert.equal(readdirSync(path.join(cache.path, readdirSync(cache.path)[0]!)).length, 0);
  });

  it("leaves no file behind", async () => {
    const opened = await openStore({
      config: config(),
      nodeId: "clean",
      logger: silentLogger,
      onLost: () => {},
    });
    await openStorePart(opened.setup).close();
    assert.equal(readdirSync(cache.path).length, 1);
    await opened.close();
    assert.deepEqual(readdirSync(cache.path), []);
  });

  it("belongs to one server, and is free again at once after it ended in order", async () => {
    const first = await open({ config: config(), nodeId: "one" });
    const { wait } = steppedTime();
    await assert.rejects(open({ config: config(), nodeId: "one", wait }), (error) => {
      assert.ok(error instanceof OwnedElsewhereError);
      assert.match(
        error.message,
        /^node "one" in bucket "bucket" is in use by process \d+ on .*--node-id or --bucket$/,
      );
      return true;
    });
    await first.close();
    const noWait = async () => assert.fail("what was given back needs no wait");
    await open({ config: config(), nodeId: "one", processes: elsewhere, wait: noWait });
    assert.equal((await first.store.list("one/owner/")).length, 1);
  });

  it("is taken over at once from a process of this machine that is gone", async () => {
    await open({
      config: config(),
      nodeId: "dead",
      processes: { ...systemProcesses, self: () => ({ ...systemProcesses.self(), pid: 2 ** 22 + 1 }) },
    });
    const noWait = async () => assert.fail("a dead process needs no wait");
    await open({ config: config(), nodeId: "dead", wait: noWait });
  });

  it("is not taken from a live owner on another machine, and is from a silent one", async () => {
    const owner = steppedTime();
    await open({ config: config(), nodeId: "far", processes: elsewhere, ...owner });
    const beating = steppedTime();
    let beats = 0;
    const store = openPart(
      { kind: "s3", nodeId: "far", s3: config(), cacheDirectory: cache.path },
      { keepCopies: false },
    ).store;
    const beat = async (delayMs: number) => {
      await beating.wait(delayMs);
      if (++beats === 5) await store.put("far/owner/owner-0000000001.lock", bytes('{"beat":1}'));
    };
    await assert.rejects(
      open({ config: config(), nodeId: "far", clock: beating.clock, wait: beat }),
      OwnedElsewhereError,
    );
    const silent = steppedTime();
    await open({ config: config(), nodeId: "far", ...silent });
    assert.equal(silent.clock.monotonicMs(), 20_000);
  });

  it("shows that it lives, and stops when another server took over", async () => {
    const timers: (() => void)[] = [];
    const { clock, wait } = steppedTime();
    // Requests have deadlines too: the heartbeat is the one of five seconds.
    const schedule = (delayMs: number, callback: () => void) => {
      if (delayMs === 5_000) timers.push(callback);
      return { cancel() {} };
    };
    let lost: Error | undefined;
    const opened = await open({
      config: config(),
      nodeId: "lost",
      processes: elsewhere,
      clock: { ...clock, schedule },
      wait,
      onLost: (error) => {
        lost = error;
      },
    });
    const key = "lost/owner/owner-0000000001.lock";
    const before = text(await opened.store.get(key));
    timers.shift()!();
    while (timers.length === 0) await new Promise(setImmediate);
    assert.notEqual(text(await opened.store.get(key)), before);
    await open({ config: config(), nodeId: "lost", ...steppedTime() });
    timers.shift()!();
    while (lost === undefined) await new Promise(setImmediate);
    assert.match(lost.message, /another process took over node "lost"/);
  });

  it("survives answers that are lost while it takes the lock", async () => {
    for (const fault of ["error-after", "reset-after"] as const) {
      rig.proxy.rules = [{ fault, method: "PUT", times: 1 }];
      const nodeId = `flaky-${fault}`;
      const warnings: string[] = [];
      const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
      const opened = await open({ config: config(), nodeId, logger });
      assert.equal((await opened.store.list(`${nodeId}/`)).length, 1);
      assert.deepEqual(warnings, ["the object store does not answer as it should, trying again"]);
    }
  });

  it("is refused when the service overwrites what must not be overwritten", async () => {
    for (const conditions of [[], ["if-none-match"], ["if-match"]] as const) {
      rig.proxy.conditions = conditions;
      await assert.rejects(open({ config: config(), nodeId: "blind" }), /implements conditional writes$/);
      assert.deepEqual(readdirSync(cache.path), []);
    }
  });

  it("that does not exist is named", async () => {
    await assert.rejects(open({ config: config({ bucket: "nowhere" }) }), (error) => {
      assert.ok(error instanceof S3Error);
      assert.match(error.message, /in bucket "nowhere" at http.*: it does not exist\. Create it/);
      return true;
    });
  });

  it("needs a cache directory that can be made", async () => {
    mkdirSync(path.join(cache.path, "x"));
    await assert.rejects(
      open({ config: config({ cacheDir: "/proc/none" }) }),
      /temporary directory in "\/proc\/none": .*--object-store-cache-dir$/,
    );
  });
});
