import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeSorted } from "#src/storage/merge/index.js";
import { columns, randomRows } from "./random-rows.ts";
import { batchesOf, mergeRows, type Row, readAll } from "./rows.ts";

const LARGE = { rows: 1000, bytes: 1_000_000 };

function merge(inputs: readonly (readonly Row[])[], bounds = LARGE, inputBatch = 1000): Row[] {
  const sources = inputs.map((rows) => batchesOf(mergeRows(rows), columns, () => inputBatch));
  return readAll(mergeSorted(sources, columns, bounds), columns);
}

function row(host: string | null, time: bigint, fields: Row["fields"] = {}): Row {
  return { tags: [host, null, null], time, fields };
}

describe("merging sorted rows", () => {
  it("equals a naive merge, whatever the sizes of the batches", () => {
    const inputs = fc.array(randomRows(40), { minLength: 0, maxLength: 5 });
    const batchSize = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(inputs, batchSize, batchSize, (tables, inputBatch, outputBatch) => {
        const merged = merge(tables, { rows: outputBatch, bytes: 1_000_000 }, inputBatch);
        assert.deepEqual(merged, mergeRows(tables.flat()));
      }),
      { numRuns: 600 },
    );
  });

  it("lets the later input win field by field, and keeps what it does not have", () => {
    const merged = merge([
      [row("a", 1n, { 3: 1, 4: 1n, 8: "old" })],
      [row("a", 1n, { 3: 2, 6: true })],
      [row("a", 1n, { 4: 3n })],
    ]);
    assert.deepEqual(merged, [row("a", 1n, { 3: 2, 4: 3n, 6: true, 8: "old" })]);
  });

  it("fills a column that the newer input does not have at all", () => {
    const merged = merge([
      [row("a", 1n, { 8: "kept" }), row("b", 1n)],
      [row("a", 1n), row("b", 1n, { 3: 1 })],
    ]);
    assert.deepEqual(merged, [row("a", 1n, { 8: "kept" }), row("b", 1n, { 3: 1 })]);
  });

  it("merges tables without tags", () => {
    const plain = columns.filter((column) => column.kind !== "tag");
    const point = (time: bigint, value: number): Row => ({ tags: [], time, fields: { 3: value } });
    const inputs = [
      [point(1n, 1), point(3n, 1)],
      [point(2n, 2), point(3n, 2)],
    ];
    const sources = inputs.map((rows) => batchesOf(rows, plain, () => 1));
    const merged = readAll(mergeSorted(sources, plain, LARGE), plain);
    assert.deepEqual(merged, [point(1n, 1), point(2n, 2), point(3n, 2)]);
  });

  it("puts series that only one input has one after the other", () => {
    const ofHost = (host: string) => Array.from({ length: 500 }, (_, i) => row(host, BigInt(i)));
    assert.deepEqual(merge([ofHost("b"), ofHost("a")]), [...ofHost("a"), ...ofHost("b")]);
  });

  it("ends a batch when its strings are large enough", () => {
    const rows = Array.from({ length: 40 }, (_, i) => row("a", BigInt(i), { 8: "x".repeat(100) }));
    const odd = rows.filter((_, i) => i % 2 === 1);
    const even = rows.filter((_, i) => i % 2 === 0);
    const sources = [odd, even].map((some) => batchesOf(some, columns, () => 5));
    const merged = mergeSorted(sources, columns, { rows: 1000, bytes: 950 });
    const sizes: number[] = [];
    for (let batch = merged.next(); batch !== undefined; batch = merged.next()) sizes.push(batch.rowCount);
    assert.deepEqual(sizes, [10, 10, 10, 10]);
  });

  it("holds each tag value once in a batch, and none that no row has", () => {
    const sources = [
      ["a", "c"],
      ["a", "b", "d"],
    ].map((hosts) =>
      batchesOf(
        hosts.map((host) => row(host, 1n)),
        columns,
        () => 10,
      ),
    );
    const batch = mergeSorted(sources, columns, { rows: 3, bytes: 1000 }).next();
    const hosts = batch?.columns[1];
    assert.equal(hosts?.kind, "tag");
    assert.deepEqual(
      hosts.dictionary.map((value) => Buffer.from(value).toString()),
      ["a", "b", "c"],
    );
  });
});
