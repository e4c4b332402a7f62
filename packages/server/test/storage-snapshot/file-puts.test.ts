import assert from "node:assert/strict";
import { FilePuts } from "#src/storage/data-file/index.js";
import { GatedStore } from "./gated-store.ts";

const bytes = new Uint8Array(100);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Whether the promise is settled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const mark = () => {
    done = true;
  };
  promise.then(mark, mark);
  await turn();
  return done;
}

describe("files on their way to the store", () => {
  it("are many at once, but not more than allowed", async () => {
    const store = new GatedStore();
    const puts = new FilePuts({ store, maxUnderWay: 2 });
    await puts.add("a", bytes);
    const second = puts.add("b", bytes);
    assert.equal(await isDone(second), false);
    store.waiting.shift()!.succeed();
    await second;
    const finished = puts.finish();
    assert.equal(await isDone(finished), false);
    store.waiting.shift()!.succeed();
    await finished;
    assert.deepEqual(
      (await store.list("")).map(({ key }) => key),
      ["a", "b"],
    );
  });

  it("have not more bytes than allowed", async () => {
    const store = new GatedStore();
    const puts = new FilePuts({ store, maxBytesUnderWay: 150 });
    await puts.add("a", bytes);
    const second = puts.add("b", bytes);
    assert.equal(await isDone(second), false);
    store.waiting.shift()!.succeed();
    await second;
    store.waiting.shift()!.succeed();
    await puts.finish();
  });

  it("all fail when one does, and are removed after the last has ended", async () => {
    const store = new GatedStore();
    const puts = new FilePuts({ store });
    await puts.add("a", bytes);
    await puts.add("b", bytes);
    await puts.add("c", bytes);
    store.waiting[0]!.succeed();
    store.waiting[1]!.fail(new Error("no space"));
    await turn();
    await assert.rejects(puts.add("d", bytes), /no space/);
    const undone = puts.undo();
    assert.equal(await isDone(undone), false);
    for (const put of store.waiting) put.succeed();
    await undone;
    assert.deepEqual(store.deleted, ["a", "b", "c", "d"]);
    assert.deepEqual(await store.list(""), []);
  });

  it("fail at the end when they failed after the last was added", async () => {
    const store = new GatedStore();
    const puts = new FilePuts({ store });
    await puts.add("a", bytes);
    const finished = puts.finish();
    store.waiting[0]!.fail(new Error("reset"));
    await assert.rejects(finished, /reset/);
  });
});
