import assert from "node:assert/strict";
import { systemRandom } from "#src/foundation/index.js";
import { FileStore, MemoryStore, nodeFileSystem } from "#src/object-store/index.js";
import { throttled } from "#src/object-store/memory-store.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";

describe("a file store on a disk that fails", () => {
  const directory = temporaryDirectory();

  for (const [operation, step, call] of [
    ["get", "readFile", (store: FileStore) => store.get("a/b")],
    ["list", "readDirectory", (store: FileStore) => store.list("a/")],
    ["delete", "unlink", (store: FileStore) => store.delete("a/b")],
  ] as const) {
    it(`does not take a failed ${operation} for an object that is not there`, async () => {
      const fs = new FaultyFileSystem();
      const store = new FileStore({ root: directory.path, fs, random: systemRandom });
      await store.put("a/b", Buffer.from("content"));
      fs.fault = (name) => (name === step ? "EIO" : undefined);
      await assert.rejects(call(store), { code: "EIO" });
      fs.fault = () => undefined;
      assert.deepEqual(Buffer.from((await store.get("a/b"))!).toString(), "content");
    });
  }

  it("lists what is left when objects go while they are listed", async () => {
    const fs = Object.create(nodeFileSystem) as typeof nodeFileSystem;
    const store = new FileStore({ root: directory.path, fs, random: systemRandom });
    for (const name of ["a", "b", "c"]) await store.put(`x/${name}`, Buffer.from(name));
    fs.stat = async (path) => {
      if (path.endsWith("b")) await nodeFileSystem.unlink(path);
      return nodeFileSystem.stat(path);
    };
    assert.deepEqual(
      (await store.list("x/")).map(({ key }) => key),
      ["x/a", "x/c"],
    );
    fs.stat = () => Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" }));
    await assert.rejects(store.list("x/"), { code: "EIO" });
  });
});

describe("a throttled store", () => {
  it("does what the one behind it does, later", async () => {
    const waits: number[] = [];
    const inner = new MemoryStore();
    const store = throttled(inner, async (delayMs) => void waits.push(delayMs));
    const megabyte = new Uint8Array(1_000_000);
    assert.equal(await store.put("a/1", megabyte, { ifNoneMatch: true }), "written");
    assert.equal(await store.put("a/1", megabyte, { ifNoneMatch: true }), "exists");
    await store.put("a/2", new Uint8Array(0));
    assert.equal((await store.get("a/1"))?.length, 1_000_000);
    assert.equal(await store.get("none"), undefined);
    assert.deepEqual(
      (await store.list("a/")).map(({ key }) => key),
      ["a/1", "a/2"],
    );
    await store.delete("a/1");
    assert.equal(await inner.get("a/1"), undefined);
    // A call takes 100 ms, a megabyte one more, a listed entry a tenth.
    assert.deepEqual(waits, [100, 100, 100, 101, 100, 100.2, 100]);
  });
});
