import assert from "node:assert/strict";
import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";

/** Runs the function in a thread of its own, which then tells the niceness of itself. */
async function nicenessInThread(): Promise<number> {
  const door = new URL("../../dist/foundation/index.js", import.meta.url).href;
  const code = `
    const { parentPort } = require("node:worker_threads");
    const { readlinkSync } = require("node:fs");
    const { getPriority } = require("node:os");
    import(${JSON.stringify(door)}).then(({ runInBackground }) => {
      runInBackground();
      parentPort.postMessage(getPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1))));
    });`;
  const worker = new Worker(code, { eval: true, execArgv: [] });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

describe("a thread in the background", () => {
  it("leaves the processor to the main thread, whose own priority stays", async () => {
    const before = getPriority();
    // Elsewhere than on Linux threads have no priority of their own.
    const expected = process.platform === "linux" ? Math.max(before, 10) : undefined;
    if (expected !== undefined) assert.equal(await nicenessInThread(), expected);
    assert.equal(getPriority(), before);
  });
});
