import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemRandom } from "#src/foundation/index.js";
import { FileStore, MemoryStore } from "#src/object-store/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { bytes, storeContract as contract, text } from "./contract.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";

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
