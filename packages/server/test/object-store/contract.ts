import assert from "node:assert/strict";
import type { ObjectStore } from "#src/object-store/index.js";

export const bytes = (text: string) => Buffer.from(text);
export const text = (found: Uint8Array | undefined) =>
  found === undefined ? undefined : Buffer.from(found).toString();

/** What every store does; each test gets an empty one. */
export function storeContract(make: () => ObjectStore): void {
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

  it("replaces an object only while it is what was read", async () => {
    const store = make();
    assert.equal(await store.put("n/k", bytes("two"), { ifUnchanged: bytes("one") }), "changed");
    assert.equal(await store.get("n/k"), undefined);
    await store.put("n/k", bytes("one"));
    const [one, same] = [await store.get("n/k"), bytes("one")];
    assert.equal(await store.put("n/k", bytes("two"), { ifUnchanged: bytes("on") }), "changed");
    assert.equal(await store.put("n/k", bytes("two"), { ifUnchanged: one! }), "written");
    assert.equal(await store.put("n/k", bytes("three"), { ifUnchanged: one! }), "changed");
    assert.equal(await store.put("n/k", bytes("three"), { ifUnchanged: same }), "changed");
    assert.equal(text(await store.get("n/k")), "two");
    assert.equal(await store.put("n/k", bytes("three"), { ifUnchanged: bytes("two") }), "written");
    const three = await store.get("n/k");
    await store.delete("n/k");
    assert.equal(await store.put("n/k", bytes("four"), { ifUnchanged: three! }), "changed");
    assert.equal(await store.get("n/k"), undefined);
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
