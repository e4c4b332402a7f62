import assert from "node:assert/strict";
import { decodeGroup, END_BYTES, encodeGroupHeader, GROUP_HEADER_BYTES } from "#src/wal/segment-format.js";
import { writeGroup } from "#src/wal/write-group.js";

const OFFSET = 64;
const MOST_AT_ONCE = 256 * 1024;
const lap = 7n;

interface Written {
  readonly position: number;
  readonly sizeBytes: number;
}

/** Writes a group of these parts; what is in its place before is no group. */
function written(sizes: readonly number[]): { file: Uint8Array; calls: Written[]; payloadBytes: number } {
  const parts = sizes.map((size, part) =>
    Uint8Array.from({ length: size }, (_, i) => (i * 31 + part) & 0xff),
  );
  const payloadBytes = sizes.reduce((sum, size) => sum + size, 0);
  const header = new Uint8Array(GROUP_HEADER_BYTES);
  encodeGroupHeader(header, { lap, sequence: 3, payloadBytes, frames: 1 });
  const file = new Uint8Array(OFFSET + GROUP_HEADER_BYTES + payloadBytes + END_BYTES);
  file.fill(0, 0, OFFSET + GROUP_HEADER_BYTES).fill(0xee, OFFSET + GROUP_HEADER_BYTES);
  const calls: Written[] = [];
  const write = (_file: number, pieces: readonly Uint8Array[], position: number): void => {
    const bytes = Buffer.concat(pieces);
    file.set(bytes, position);
    calls.push({ position, sizeBytes: bytes.length });
    const isWhole = decodeGroup(file, OFFSET, lap) !== undefined;
    assert.equal(isWhole, bytes.length > 0 && position === OFFSET, "a group showed before it was whole");
  };
  writeGroup({ write }, { file: 1, offset: OFFSET }, header, parts);
  assert.deepEqual(
    file.subarray(OFFSET + GROUP_HEADER_BYTES),
    new Uint8Array(Buffer.concat([...parts, Buffer.alloc(END_BYTES)])),
  );
  return { file, calls, payloadBytes };
}

describe("writing a group to its segment", () => {
  it("takes one call where it is small", () => {
    const { calls, file } = written([32, 1000, 32, MOST_AT_ONCE - 1064]);
    assert.equal(calls.length, 1);
    assert.equal(decodeGroup(file, OFFSET, lap)?.sequence, 3);
  });

  for (const sizes of [
    [32, MOST_AT_ONCE],
    [MOST_AT_ONCE, MOST_AT_ONCE],
    [32, 1_000_001, 32, 5],
    [MOST_AT_ONCE * 3, 1],
    Array.from({ length: 300 }, (_, i) => 4000 + i),
  ]) {
    it(`goes by pieces that a cache holds, the header last: ${sizes.length} parts from ${sizes[0]} bytes`, () => {
      const { calls, payloadBytes } = written(sizes);
      assert.ok(calls.every(({ sizeBytes }) => sizeBytes <= MOST_AT_ONCE));
      assert.equal(calls.at(-1)!.position, OFFSET);
      assert.equal(calls.length, Math.ceil(payloadBytes / MOST_AT_ONCE) + 2);
    });
  }
});
