import assert from "node:assert/strict";
import fc from "fast-check";
import { snappyUncompress } from "hyparquet";
import { ByteSink, MalformedBytes } from "#src/storage/parquet/bytes/index.js";
import { compress, uncompress } from "#src/storage/parquet/snappy/index.js";
import { sequence } from "./columns.ts";

function compressed(bytes: Uint8Array): Uint8Array {
  const sink = new ByteSink();
  compress(bytes, sink);
  return sink.written();
}

const next = sequence(11);
const words = ["error", "warning", " disk ", " is ", "full", "\n", "0123456789".repeat(20)];
const inputs: Record<string, Uint8Array> = {
  nothing: new Uint8Array(0),
  "one byte": Uint8Array.of(7),
  "three bytes": Uint8Array.of(7, 7, 7),
  zeros: new Uint8Array(200_000),
  noise: Uint8Array.from({ length: 200_000 }, () => next(256)),
  words: new TextEncoder().encode(Array.from({ length: 50_000 }, () => words[next(words.length)]).join("")),
  "repetitions far apart": Buffer.concat([
    Uint8Array.from({ length: 60_000 }, (_, i) => (i * i) >> 7),
    Uint8Array.from({ length: 60_000 }, (_, i) => (i * i) >> 7),
  ]),
};

describe("snappy", () => {
  for (const [name, bytes] of Object.entries(inputs)) {
    it(`gives back ${name}, and another reader does too`, () => {
      const small = compressed(bytes);
      assert.equal(Buffer.compare(uncompress(small, bytes.length), bytes), 0);
      const output = new Uint8Array(bytes.length);
      snappyUncompress(small, output);
      assert.equal(Buffer.compare(output, bytes), 0);
      assert.ok(small.length <= bytes.length * 1.001 + 10);
    });
  }

  it("makes text small", () => {
    assert.ok(compressed(inputs["words"]!).length < inputs["words"]!.length / 4);
  });

  it("any bytes with repetitions", () => {
    const piece = fc.uint8Array({ minLength: 1, maxLength: 90 });
    const pieces = fc.tuple(
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(3), { maxLength: 60 }),
    );
    fc.assert(
      fc.property(pieces, ([some, order]) => {
        const bytes = Buffer.concat(order.map((place) => some[place % some.length]!));
        assert.equal(Buffer.compare(uncompress(compressed(bytes), bytes.length), bytes), 0);
      }),
    );
  });

  it("noise ends with an error or in the right length", () => {
    for (let run = 0; run < 5000; run++) {
      const noise = Uint8Array.from({ length: 2 + next(40) }, () => next(256));
      noise[0]! &= 0x7f;
      try {
        assert.equal(uncompress(noise, noise[0]!).length, noise[0]!);
      } catch (error) {
        assert.ok(error instanceof MalformedBytes, `${error}`);
      }
    }
  });

  it("a length that cannot be is not allocated", () => {
    assert.throws(() => uncompress(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), 2 ** 32 - 1), MalformedBytes);
  });
});
