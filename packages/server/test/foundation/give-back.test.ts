import assert from "node:assert/strict";
import { giveBack } from "#src/foundation/index.js";

describe("giving buffers back", () => {
  it("frees a buffer without waiting for the collector", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 64; i++) giveBack(Buffer.allocUnsafeSlow(2 ** 20));
    const grownBytes = process.memoryUsage().arrayBuffers - before;
    assert.ok(grownBytes < 8 * 2 ** 20, `${grownBytes} bytes are still held`);
  });

  it("leaves nothing to read in it", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    giveBack(bytes);
    assert.equal(bytes.length, 0);
  });

  it("keeps its hands off a buffer that holds more than these bytes", () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    giveBack(whole.subarray(1, 3));
    giveBack(whole.subarray(0, 3));
    assert.deepEqual([...whole], [1, 2, 3, 4]);
  });

  it("leaves shared memory alone", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7);
    giveBack(shared);
    assert.deepEqual([...shared], [7, 7, 7, 7]);
  });

  it("shows nothing of it to the program", () => {
    const [major] = process.versions.node.split(".");
    if (Number(major) < 22) assert.equal("transfer" in ArrayBuffer.prototype, false);
  });
});
