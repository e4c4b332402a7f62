import assert from "node:assert/strict";
import { YoungGarbage } from "#src/foundation/index.js";

const PIECE_BYTES = 64 * 1024;
const MB = 1024 * 1024;

describe("young garbage", () => {
  it("is collected long before the engine would by itself", async () => {
    const garbage = new YoungGarbage();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let sum = 0; sum < 256 * MB; sum += PIECE_BYTES) {
      new Uint8Array(PIECE_BYTES).fill(1);
      garbage.add(PIECE_BYTES);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      // The engine frees what it has collected on threads of its own.
      if (sum % (8 * MB) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(most < 24 * MB, `${most} bytes lay about`);
  });

  it("does not show the collector to the program", () => {
    new YoungGarbage();
    assert.equal((globalThis as { gc?: unknown }).gc, undefined);
  });
});
