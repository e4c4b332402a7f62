import assert from "node:assert/strict";
import { crc32, Mutex } from "#src/foundation/index.js";

describe("a mutex", () => {
  it("runs tasks one at a time and in order", async () => {
    const mutex = new Mutex();
    const events: string[] = [];
    const task = (name: string) => async () => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([mutex.run(task("a")), mutex.run(task("b"))]);
    assert.deepEqual(results, ["a", "b"]);
    assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends"]);
  });

  it("goes on after a task that failed", async () => {
    const mutex = new Mutex();
    const failed = mutex.run(() => Promise.reject(new Error("no")));
    const fine = mutex.run(() => 1);
    assert.equal(mutex.pending, 2);
    await assert.rejects(failed, /no/);
    assert.equal(await fine, 1);
    assert.equal(mutex.pending, 0);
  });
});

describe("crc32", () => {
  it("gives the known check value, in one piece and in two", () => {
    const text = Buffer.from("123456789");
    assert.equal(crc32(text), 0xcbf43926);
    assert.equal(crc32(text.subarray(4), crc32(text.subarray(0, 4))), 0xcbf43926);
  });

  it("reads shared memory", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(9));
    shared.set(Buffer.from("123456789"));
    assert.equal(crc32(shared), 0xcbf43926);
  });
});
