import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chunkCapacity,
  chunkFirstRow,
  chunkOfRow,
  stringRefHigh,
  stringRefLength,
  stringRefLow,
  stringRefOffset,
  stringRefPiece,
} from "#src/buffer/layout/index.js";

describe("buffer layout", () => {
  it("lays chunks one after the other on a growing ladder", () => {
    const capacities = Array.from({ length: 8 }, (_, index) => chunkCapacity(index));
    assert.deepEqual(capacities, [16, 64, 256, 1024, 4096, 16_384, 65_536, 65_536]);
    for (let index = 0; index < 40; index++) {
      assert.equal(chunkFirstRow(index + 1), chunkFirstRow(index) + chunkCapacity(index));
      assert.equal(chunkOfRow(chunkFirstRow(index)), index);
      assert.equal(chunkOfRow(chunkFirstRow(index + 1) - 1), index);
    }
  });

  it("finds the chunk of any row", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (row) => {
        const chunk = chunkOfRow(row);
        assert.ok(chunkFirstRow(chunk) <= row && row < chunkFirstRow(chunk + 1));
      }),
    );
  });

  it("packs a string reference into two words without losing a bit", () => {
    const part = fc.tuple(fc.nat(2 ** 21 - 1), fc.nat(2 ** 22 - 1), fc.nat(1_048_576));
    fc.assert(
      fc.property(part, ([piece, offset, length]) => {
        const words = new Int32Array([stringRefLow(piece, offset), stringRefHigh(piece, length)]);
        const [low, high] = [words[0]!, words[1]!];
        assert.deepEqual(
          [stringRefPiece(low, high), stringRefOffset(low), stringRefLength(high)],
          [piece, offset, length],
        );
      }),
    );
  });
});
