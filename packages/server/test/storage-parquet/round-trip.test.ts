import assert from "node:assert/strict";
import fc from "fast-check";
import { ParquetWriter } from "#src/storage/parquet/index.js";
import { edgeColumns } from "./columns.ts";
import {
  batchOf,
  everyColumn,
  field,
  open,
  readAll,
  readColumn,
  tag,
  time,
  type Value,
  vectorOf,
  write,
  writeColumn,
} from "./files.ts";

describe("parquet files: what was written is read", () => {
  for (const [name, [column, values]] of Object.entries(edgeColumns)) {
    it(name, () => {
      const read = readColumn(writeColumn(column, values));
      // Comparing one by one is fast, and Object.is tells zeros apart.
      assert.equal(read.length, values.length);
      for (const [row, value] of values.entries()) {
        if (!Object.is(read[row], value)) assert.deepEqual([row, read[row]], [row, value]);
      }
    });
  }

  it("200,000 tag values, once each and often", () => {
    const host = tag(1, "host");
    const values = Array.from({ length: 200_000 }, (_, row) => `machine number ${row}`);
    assert.deepEqual(readColumn(writeColumn(host, values)), values);
    const often = [...values, ...values];
    assert.deepEqual(readColumn(writeColumn(host, often)), often);
  });

  it("any rows of any types in any number of row groups", () => {
    const value64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const near = fc.bigInt({ min: -40n, max: 40n });
    const optional = (values: fc.Arbitrary<Value>) => fc.option(values, { nil: null, freq: 4 });
    const someText = fc.oneof(fc.constantFrom("", "a", "b"), fc.string({ unit: "binary", maxLength: 9 }));
    const row = fc.tuple(
      fc.oneof(near, value64),
      optional(someText),
      optional(fc.oneof(fc.constantFrom(0, -0, 1.5), fc.double())),
      optional(fc.oneof(near, value64)),
      optional(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
      optional(fc.boolean()),
      optional(someText),
    );
    const groups = fc.array(fc.array(row, { minLength: 1, maxLength: 300, size: "max" }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(groups, (rowGroups) => {
        const bytes = write(
          everyColumn,
          rowGroups.map((rows) => batchOf(everyColumn, rows)),
        );
        const rows = rowGroups.flat();
        assert.deepEqual(
          readAll(open(bytes)),
          everyColumn.map((_, place) => rows.map((values) => values[place])),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("any 64-bit integers, however they follow one another", () => {
    const column = field(1, "v", "integer");
    const step = fc
      .tuple(fc.integer({ min: 0, max: 63 }), fc.bigInt({ min: -1n, max: 1n }))
      .map(([bits, more]) => 2n ** BigInt(bits) + more);
    const steps = fc.array(fc.tuple(fc.boolean(), step), { minLength: 1, maxLength: 700, size: "max" });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 64 }), (taken, bits) => {
        let value = 0n;
        const values = taken.map(([up, by]) => {
          value += BigInt.asIntN(bits, up ? by : -by);
          return BigInt.asIntN(64, value);
        });
        assert.deepEqual(readColumn(writeColumn(column, values)), values);
      }),
      { numRuns: 150 },
    );
  });

  it("vectors may be parts of larger ones, on any boundary of their memory", () => {
    const float = field(1, "v", "float");
    const all = vectorOf(float, [9, 1.5, Number.NaN, -2]);
    assert.ok(all.kind === "words");
    const odd = new Int32Array(9);
    odd.set(all.words, 1);
    const part = { ...all, words: odd.subarray(3, 9) };
    const times = vectorOf(time, [1n, 2n, 3n]);
    const bytes = write([time, float], [{ rowCount: 3, columns: [times, part] }]);
    assert.deepEqual(readColumn(bytes), [1.5, Number.NaN, -2]);
  });
});

describe("parquet files: what they say about themselves", () => {
  const columns = [time, tag(3, "host"), tag(1, "Host"), field(9, "v", "uinteger")];
  const rows = (from: number, count: number): Value[][] =>
    Array.from({ length: count }, (_, row) => [BigInt(from + row), "a", null, 1n]);

  it("columns, origin, rows and times", () => {
    const origin = { databaseId: 4, tableId: 5, day: -3, firstSnapshot: 6, lastSnapshot: 8 };
    const file = open(
      write(columns, [batchOf(columns, rows(50, 3)), batchOf(columns, rows(7, 2))], { origin }),
    );
    assert.deepEqual(file.columns, columns);
    assert.deepEqual(file.origin, origin);
    assert.equal(file.rowCount, 5);
    assert.deepEqual(file.rowGroups, [
      { rowCount: 3, minTimeNs: 50n, maxTimeNs: 52n },
      { rowCount: 2, minTimeNs: 7n, maxTimeNs: 8n },
    ]);
  });

  it("the writer says how large the file is and when its rows are", () => {
    const writer = new ParquetWriter({ columns });
    writer.addRowGroup(batchOf(columns, rows(-9, 4)));
    const taken = writer.takePieces();
    writer.addRowGroup({ rowCount: 0, columns: [] });
    writer.addRowGroup(batchOf(columns, rows(100, 1)));
    const { pieces, ...facts } = writer.finish();
    const bytes = Buffer.concat([...taken, ...pieces]);
    assert.deepEqual(facts, { sizeBytes: bytes.length, rowCount: 5, minTimeNs: -9n, maxTimeNs: 100n });
    assert.equal(open(bytes).rowGroups.length, 2);
  });

  it("columns that a file does not have are NULL in it", () => {
    const { columns: vectors } = open(write(columns, [batchOf(columns, rows(0, 2))])).readColumns(
      0,
      [77, 1, 9],
    );
    assert.deepEqual(vectors.slice(0, 2), [undefined, undefined]);
    assert.equal(vectors[2]?.kind, "words");
  });

  it("there is no file without rows, and no row without a time", () => {
    assert.throws(() => new ParquetWriter({ columns }).finish(), /must have rows/);
    const writer = new ParquetWriter({ columns });
    assert.throws(() => writer.addRowGroup({ rowCount: 1, columns: [] }), /must have a time/);
    assert.throws(() => writer.addRowGroup({ rowCount: 2 ** 24 + 1, columns: [] }), /is too large/);
  });
});
