import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { systemClock } from "#src/foundation/index.js";
import { CachedFiles, type ObjectRange, type RangeReader } from "#src/object-store/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";

/** Objects of known sizes, whose downloads the test may hold. */
class Objects implements RangeReader {
  readonly reads: string[] = [];
  running = 0;
  mostRunning = 0;
  hold: Promise<void> | undefined;
  fail: ((key: string, offset: number) => Error | undefined) | undefined;
  readonly #sizes = new Map<string, number>();

  add(key: string, sizeBytes: number): this {
    this.#sizes.set(key, sizeBytes);
    return this;
  }

  static content(key: string, sizeBytes: number): Buffer {
    return Buffer.alloc(sizeBytes, key);
  }

  async readRange(key: string, offset: number, length: number): Promise<ObjectRange | undefined> {
    this.reads.push(key);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await this.hold;
      const error = this.fail?.(key, offset);
      if (error !== undefined) throw error;
    } finally {
      this.running--;
    }
    const totalBytes = this.#sizes.get(key);
    if (totalBytes === undefined) return undefined;
    return { bytes: Objects.content(key, totalBytes).subarray(offset, offset + length), totalBytes };
  }
}

describe("the cache of files", () => {
  const directory = temporaryDirectory();

  function make(objects: Objects, boundBytes = 1_000, fs = new FaultyFileSystem()): CachedFiles {
    return new CachedFiles({ directory: directory.path, boundBytes, store: objects, fs, clock: systemClock });
  }

  const onDisk = () => readdirSync(directory.path).length;
  const settled = async (condition: () => boolean) => {
    while (!condition()) await new Promise(setImmediate);
  };

  it("gives complete files in the order of the keys, and asks for each once", async () => {
    const objects = new Objects().add("a", 300).add("b", 10);
    const cache = make(objects);
    const first = await cache.acquire(["b", "a", "b"]);
    assert.deepEqual(
      first.paths.map((path) => readFileSync(path)),
      [Objects.content("b", 10), Objects.content("a", 300), Objects.content("b", 10)],
    );
    for (const path of first.paths) assert.ok(path.startsWith(cache.directories[0]!));
    first.release();
    const second = await cache.acquire(["a"]);
    assert.deepEqual(second.paths, [first.paths[1]]);
    second.release();
    assert.deepEqual(objects.reads, ["b", "a"]);
    const { hits, misses, files, sizeBytes, downloadedBytes } = cache.stats;
    assert.deepEqual(
      { hits, misses, files, sizeBytes, downloadedBytes },
      { hits: 2, misses: 2, files: 2, sizeBytes: 310, downloadedBytes: 310 },
    );
  });

  it("downloads large objects in pieces, and empty ones too", async () => {
    const large = 20 * 1024 * 1024;
    const cache = make(new Objects().add("large", large).add("empty", 0));
    const { paths, release } = await cache.acquire(["large", "empty"]);
    assert.ok(readFileSync(paths[0]!).equals(Objects.content("large", large)));
    assert.equal(readFileSync(paths[1]!).length, 0);
    release();
  });

  it("shares one download among all that want the object", async () => {
    const objects = new Objects().add("a", 10);
    let go = () => {};
    objects.hold = new Promise((resolve) => {
      go = resolve;
    });
    const cache = make(objects);
    const all = Array.from({ length: 5 }, () => cache.acquire(["a"]));
    await settled(() => objects.running === 1);
    go();
    const acquired = await Promise.all(all);
    assert.equal(new Set(acquired.flatMap(({ paths }) => paths)).size, 1);
    assert.equal(objects.reads.length, 1);
  });

  it("downloads a bounded number of objects at a time", async () => {
    const objects = new Objects();
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
    for (const key of keys) objects.add(key, 1);
    const { release } = await make(objects).acquire(keys);
    release();
    assert.equal(objects.mostRunning, 8);
  });

  it("drops the least recently used beyond its bound", async () => {
    const objects = new Objects();
    for (const key of ["a", "b", "c", "d"]) objects.add(key, 300);
    const cache = make(objects);
    const use = async (key: string) => (await cache.acquire([key])).release();
    for (const key of ["a", "b", "c", "a", "d"]) await use(key);
    await settled(() => onDisk() === 3);
    assert.equal(cache.stats.sizeBytes, 900);
    assert.equal(cache.stats.evictions, 1);
    objects.reads.length = 0;
    for (const key of ["a", "c", "d"]) await use(key);
    assert.deepEqual(objects.reads, []);
    await use("b");
    assert.deepEqual(objects.reads, ["b"]);
  });

  it("never drops what is being read, and returns to its bound afterwards", async () => {
    const objects = new Objects();
    for (const key of ["a", "b", "c"]) objects.add(key, 900);
    const cache = make(objects);
    const both = await cache.acquire(["a", "b"]);
    const again = await cache.acquire(["a"]);
    (await cache.acquire(["c"])).release();
    for (const path of both.paths) assert.ok(existsSync(path));
    both.release();
    both.release();
    assert.ok(existsSync(again.paths[0]!));
    await settled(() => onDisk() === 1);
    assert.equal(cache.stats.sizeBytes, 900);
    again.release();
    assert.equal(cache.stats.files, 1);
  });

  it("keeps nothing beyond its users with a bound of nothing", async () => {
    const cache = make(new Objects().add("a", 10), 0);
    const { paths, release } = await cache.acquire(["a"]);
    assert.ok(existsSync(paths[0]!));
    release();
    await settled(() => onDisk() === 0);
    assert.equal(cache.stats.files, 0);
  });

  it("shows no part of a download that failed, lets go of the rest, and tries again next time", async () => {
    const objects = new Objects().add("good", 400).add("bad", 20 * 1024 * 1024);
    objects.fail = (key, offset) => (key === "bad" && offset > 0 ? new Error("the line is cut") : undefined);
    const cache = make(objects);
    await assert.rejects(cache.acquire(["good", "bad"]), /the line is cut/);
    assert.equal(onDisk(), 1);
    assert.equal(cache.stats.sizeBytes, 400);
    objects.fail = undefined;
    (await cache.acquire(["bad"])).release();
    await settled(() => onDisk() === 0);
    assert.equal(cache.stats.sizeBytes, 0);
  });

  it("says so when an object is gone", async () => {
    await assert.rejects(make(new Objects()).acquire(["a"]), /the object 'a' is no longer in the store/);
  });

  it("makes room on a full disk, and names the options when there is none", async () => {
    const objects = new Objects().add("a", 100).add("b", 100);
    const fs = new FaultyFileSystem();
    const cache = make(objects, 1_000, fs);
    (await cache.acquire(["a"])).release();
    const before = fs.steps.length;
    fs.fault = (step, index) => (step === "write" && index < before + 3 ? "ENOSPC" : undefined);
    const held = await cache.acquire(["b"]);
    assert.equal(onDisk(), 1);
    assert.equal(readFileSync(held.paths[0]!).length, 100);
    fs.fault = (step) => (step === "write" ? "ENOSPC" : undefined);
    await assert.rejects(
      cache.acquire(["a"]),
      /cannot keep a copy .*: no space is left on the disk\. .*--object-store-cache-dir.*--parquet-mem-cache-size/,
    );
    assert.equal(onDisk(), 1);
    held.release();
  });
});
