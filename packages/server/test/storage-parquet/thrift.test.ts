import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteCursor, ByteSink, MalformedBytes } from "#src/storage/parquet/bytes/index.js";
import { readLevels, writeLevels } from "#src/storage/parquet/encodings/index.js";
import { CompactReader, CompactWriter } from "#src/storage/parquet/thrift/index.js";

const malformed = (pattern: RegExp) => (error: unknown) =>
  error instanceof MalformedBytes && pattern.test(error.message);
const reader = (bytes: Uint8Array | number[]) => new CompactReader(new ByteCursor(Uint8Array.from(bytes)));

describe("structures in the compact protocol", () => {
  it("are read as they were written, whatever their fields' ids and their lists' lengths", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 0x7fff }), { minLength: 1, maxLength: 20 });
    const lists = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 40, size: "max" });
    fc.assert(
      fc.property(ids, lists, (unsorted, numbers) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const sink = new ByteSink();
        const writer = new CompactWriter(sink);
        writer.message(() => {
          for (const id of sorted) writer.structs(id, numbers, (number) => writer.i32(id, number));
        });
        const found: [number, number[]][] = [];
        const cursor = new ByteCursor(sink.written());
        const read = new CompactReader(cursor);
        read.message((id) => {
          const items = read.structs(() => {
            let number = 0;
            read.message((inner) => {
              assert.equal(inner, id);
              number = read.i32();
            });
            return number;
          });
          found.push([id, items]);
        });
        assert.equal(cursor.rest, 0);
        assert.deepEqual(
          found,
          sorted.map((id) => [id, numbers]),
        );
      }),
    );
  });

  it("may have fields of any type that nobody asks for", () => {
    const sink = new ByteSink();
    const writer = new CompactWriter(sink);
    writer.message(() => {
      writer.bool(1, true);
      writer.bool(2, false);
      writer.i8(3, 255);
      writer.i16(4, -300);
      writer.i32(5, 2 ** 31 - 1);
      writer.i64(6, -(2 ** 52));
      writer.text(7, "text");
      writer.struct(8, () => writer.texts(1, ["a", "b"]));
      writer.structs(9, [1, 2], (value) => writer.i32(1, value));
      writer.i32s(
        10,
        Array.from({ length: 99 }, (_, i) => i),
      );
      writer.i32(40, 77);
    });
    let last = 0;
    const read = reader(sink.written());
    read.message((id) => {
      if (id === 40) last = read.i32();
    });
    assert.equal(last, 77);
    // A double, a set of flags and a list of lists, which our writer never writes.
    const foreign = [
      0x17, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x1a, 0x22, 1, 0, 0x19, 0x19, 0x25, 2, 4, 0x15, 8, 0,
    ];
    const seen: number[] = [];
    const others = reader(foreign);
    others.message((id) => {
      seen.push(id);
      if (id === 4) assert.equal(others.i32(), 4);
    });
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  it("of noise are something, or malformed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          reader(bytes).message(() => {});
        } catch (error) {
          assert.ok(error instanceof MalformedBytes, `${error}`);
        }
      }),
    );
  });

  it("that are nested without end are malformed", () => {
    assert.throws(
      () => reader(new Uint8Array(1000).fill(0x1c)).message(() => {}),
      malformed(/structures are nested too deeply/),
    );
    const lists = [0x19, ...new Array<number>(1000).fill(0x19)];
    assert.throws(() => reader(lists).message(() => {}), malformed(/structures are nested too deeply/));
  });

  it("with a number longer than any is malformed", () => {
    assert.throws(() => new ByteCursor(new Uint8Array(11).fill(0x80)).zigzagBig(), MalformedBytes);
    assert.throws(
      () => {
        const read = reader([0x15, 0x80, 0x80, 0x80, 0x80, 0x20, 0]);
        read.message(() => read.i32());
      },
      malformed(/a number is too large/),
    );
  });
});

describe("which rows have values", () => {
  const rowCount = 100;
  const validity = Uint8Array.from({ length: 13 }, (_, i) => [0xff, 0, 0xa5][i % 3]!);

  function written(): Uint8Array {
    const sink = new ByteSink();
    writeLevels(sink, validity, 0, rowCount, 50);
    return Uint8Array.from(sink.written());
  }

  it("is read as it was written", () => {
    const read = new Uint8Array(13);
    readLevels(new ByteCursor(written()), { validity: read, row: 0 }, rowCount);
    // Bits behind the last row do not matter.
    assert.deepEqual([...read].slice(0, 12), [...validity].slice(0, 12));
    assert.equal(read[12]! & 0x0f, validity[12]! & 0x0f);
  });

  it("is malformed when a run or the whole has another length than it says", () => {
    const target = () => ({ validity: new Uint8Array(13), row: 0 });
    const longer = written();
    longer[0]! += 1;
    const read = (bytes: Uint8Array | number[]) =>
      readLevels(new ByteCursor(Uint8Array.from(bytes)), target(), rowCount);
    assert.throws(() => read([...longer, 0]), malformed(/levels have a wrong length/));
    const runOf = (rows: number) => [3, 0, 0, 0, ((rows * 2) & 0x7f) | 0x80, (rows * 2) >> 7, 1];
    assert.doesNotThrow(() => read(runOf(100)));
    assert.throws(() => read(runOf(101)), malformed(/a run has a wrong length/));
    assert.throws(() => read([2, 0, 0, 0, 0, 1]), malformed(/a run has a wrong length/));
  });
});
