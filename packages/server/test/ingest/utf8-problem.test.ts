import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { utf8Problem } from "#src/ingest/body/index.js";

const CASES: [bytes: number[], text: string][] = [
  [[0x61, 0xff], "invalid utf-8 sequence of 1 bytes from index 1"],
  [[0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xc3], "incomplete utf-8 byte sequence from index 0"],
  [[0xc3, 0x61], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xc0, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xe2, 0x82], "incomplete utf-8 byte sequence from index 0"],
  [[0xe2, 0x82, 0x61], "invalid utf-8 sequence of 2 bytes from index 0"],
  [[0xed, 0xa0, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xf0, 0x9f, 0x98, 0x61], "invalid utf-8 sequence of 3 bytes from index 0"],
  [[0xf4, 0x90, 0x80, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  [[0xc3, 0xa9, 0xf5], "invalid utf-8 sequence of 1 bytes from index 2"],
];

describe("utf8Problem", () => {
  for (const [bytes, text] of CASES) {
    it(`says "${text}" of ${Buffer.from(bytes).toString("hex")}`, () => {
      assert.equal(utf8Problem(Uint8Array.from(bytes)), text);
    });
  }

  it("finds a problem exactly where there is one", () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (bytes) => {
        const data = Uint8Array.from(bytes);
        const problem = utf8Problem(data);
        assert.equal(problem === "the bytes are valid", isUtf8(data));
        const index = Number(/index (\d+)/.exec(problem)?.[1] ?? data.length);
        assert.ok(isUtf8(data.subarray(0, index)));
      }),
      { numRuns: 2000 },
    );
  });
});
