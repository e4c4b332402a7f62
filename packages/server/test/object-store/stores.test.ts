import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemRandom } from "#src/foundation/index.js";
import { FileStore, MemoryStore, type ObjectStore } from "#src/object-store/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";

const bytes = (text: string) => Buffer.from(text);
const text = (found: Uint8Array | undefined) =>
  found === undefined ? undefined : Buffer.from(found).toString();

function contract(make: () => ObjectStore): void {
  it("gives back what was put, and nothing for other keys", async () => {
    const store = make();
    assert.equal(await store.put("n/a/b", bytes("one")), "written");
    assert.equal(text(await store.get("n/a/b")), "one");
    assert.equal(await store.get("n/a"), undefined);
    assert.equal(await store.get("n/a/c"), undefined);
    await store.put("n/a/b", bytes("two"));
    assert.equal(text(await store.get("n/a/b")), "two");
  });

  it("keeps a copy of its own", async () => {
    const store = make();
    const given = bytes("one");
    await store.put("k", given);
    given[0] = 0;
    const got = await store.get("k");
    assert.equal(text(got), "one");
    got![0] = 0;
    assert.equal(text(await store.get("k")), "one");
  });

  it("creates an object only once when asked to", async () => {
    const store = make();
    assert.equal(await store.put("k", bytes("one"), { ifNoneMatch: true }), "written");
    assert.equal(await store.put("k", bytes("two"), { ifNoneMatch: true }), "exists");
    assert.equal(text(await store.get("k")), "one");
  });

  it("lets one of many win that create the same object", async () => {
    const store = make();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.put("n/k", bytes(`from ${i}`), { ifNoneMatch: true })),
    );
    const winner = results.indexOf("written");
    assert.equal(results.filter((result) => result === "written").length, 1);
    assert.equal(text(await store.get("n/k")), `from ${winner}`);
  });

  it("lists by prefix and in key order", async () => {
    const store = make();
    for (const key of ["n/logs/10", "n/logs/09", "n/log", "n/logs/a/b", "m/logs/1"]) {
      await store.put(key, bytes(key));
    }
    const keys = async (prefix: string) => (await store.list(prefix)).map(({ key }) => key);
    assert.deepEqual(await keys("n/logs/"), ["n/logs/09", "n/logs/10", "n/logs/a/b"]);
    assert.deepEqual(await keys("n/log"), ["n/log", "n/logs/09", "n/logs/10", "n/logs/a/b"]);
    assert.deepEqual(await keys("n/logs/0"), ["n/logs/09"]);
    assert.deepEqual(await keys("nothing/"), []);
    assert.equal((await store.list("")).length, 5);
    assert.deepEqual(await store.list("m/"), [{ key: "m/logs/1", sizeBytes: 8 }]);
  });

  it("deletes, and does not mind what is gone", async () => {
    const store = make();
    await store.put("n/k", bytes("x"));
    await store.delete("n/k");
    await store.delete("n/k");
    assert.equal(await store.get("n/k"), undefined);
  });
}

describe("the memory store", () => contract(() => new MemoryStore()));

describe("the file store", () => {
  const directory = temporaryDirectory();
  const make = (fs = new FaultyFileSystem()) =>
    new FileStore({ root: directory.path, fs, random: systemRandom });

  contract(() => make());

  describe("on a file system without links", () => {
    contract(() => {
      const fs = new FaultyFileSystem();
      fs.fault = (step) => (step === "link" ? "ENOTSUP" : undefined);
      const store = make(fs);
      // Without links one process may not compete with itself for a key.
      let turn: Promise<unknown> = Promise.resolve();
      return {
        get: (key) => store.get(key),
        list: (prefix) => store.list(prefix),
        delete: (key) => store.delete(key),
        put: (key, content, options) => {
          const result = turn.then(() => store.put(key, content, options));
          turn = result;
          return result;
        },
      };
    });
  });

  it("refuses keys that would leave its directory", async () => {
    for (const key of ["../x", "a/../../x", "/x", "a//b", "", "a/.", "a\\b"]) {
      await assert.rejects(make().put(key, bytes("x")), /not an object key/, key);
    }
  });

  it("syncs the file before it gets its name, and the directory after", async () => {
    const fs = new FaultyFileSystem();
    await make(fs).put("k", bytes("x"), { ifNoneMatch: true });
    assert.deepEqual(fs.steps.slice(-7), [
      "create",
      "write",
      "sync",
      "close",
      "link",
      "unlink",
      "syncDirectory",
    ]);
    fs.steps.length = 0;
    await make(fs).put("k", bytes("y"));
    assert.deepEqual(fs.steps.slice(-6), ["create", "write", "sync", "close", "rename", "syncDirectory"]);
  });

  for (const ifNoneMatch of [true, false]) {
    it(`leaves the old object or the new one, whatever step fails (create only: ${ifNoneMatch})`, async () => {
      const complete = new FaultyFileSystem();
      await make(complete).put("n/first", bytes("new"), { ifNoneMatch });
      for (let failing = 0; failing < complete.steps.length; failing++) {
        const key = `n${failing}/object`;
        if (!ifNoneMatch) await make().put(key, bytes("old"));
        const fs = new FaultyFileSystem();
        fs.fault = (_step, index) => (index === failing ? "EIO" : undefined);
        const outcome = await make(fs)
          .put(key, bytes("new"), { ifNoneMatch })
          .catch(() => "failed");
        const found = text(await make().get(key));
        const step = `${complete.steps[failing]} (${failing})`;
        if (outcome === "written") assert.equal(found, "new", step);
        else if (ifNoneMatch) assert.equal(found, undefined, step);
        else assert.ok(found === "old" || found === "new", step);
        // The disk is well again.
        await make().put(key, bytes("later"));
        assert.equal(text(await make().get(key)), "later");
      }
    });
  }

  it("hides unfinished files and removes them when asked", async () => {
    const store = make();
    await store.put("n/a/k", bytes("x"));
    const leftover = path.join(directory.path, "n", "a", ".tmp-k-123");
    writeFileSync(leftover, "half");
    assert.deepEqual(
      (await store.list("n/")).map(({ key }) => key),
      ["n/a/k"],
    );
    await store.removeLeftovers("n");
    assert.equal(existsSync(leftover), false);
    assert.equal(readFileSync(path.join(directory.path, "n", "a", "k"), "utf8"), "x");
  });

  it("reports a directory where an object should be", async () => {
    mkdirSync(path.join(directory.path, "n", "k"), { recursive: true });
    await assert.rejects(make().put("n/k", bytes("x")));
    assert.deepEqual(readdirSync(path.join(directory.path, "n")), ["k"]);
  });
});
