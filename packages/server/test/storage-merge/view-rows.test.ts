import assert from "node:assert/strict";
import fc from "fast-check";
import { BufferMirror, BufferStore, type TableView } from "#src/buffer/index.js";
import { DAY_NS } from "#src/storage/index.js";
import { rowsByDay, Scratch, viewRows } from "#src/storage/merge/index.js";
import { writeRow } from "../buffer/write-rows.ts";
import { columns, randomRows } from "./random-rows.ts";
import { mergeRows, type Row, readAll } from "./rows.ts";

function viewOf(rows: readonly Row[]): TableView {
  const store = new BufferStore({ hashSeed: 7 });
  const mirror = new BufferMirror({ hashSeed: 9 });
  store.onMessage((batch) => mirror.apply(batch));
  const table = store.openTable(1);
  for (const row of rows) writeRow(table, row);
  store.publish([[table, table.position()]]);
  return mirror.views(1)[0]!;
}

const dayOf = (time: bigint): number => Number((time - (((time % DAY_NS) + DAY_NS) % DAY_NS)) / DAY_NS);

describe("rows of a buffered table", () => {
  it("come sorted and merged, in batches of any size", () => {
    const scratch = new Scratch();
    const batchRows = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(randomRows(700), batchRows, fc.integer({ min: 1, max: 500 }), (rows, most, bytes) => {
        fc.pre(rows.length > 0);
        const source = viewRows(viewOf(rows), columns, { bounds: { rows: most, bytes }, scratch });
        assert.deepEqual(readAll(source, columns), mergeRows(rows));
      }),
      { numRuns: 150 },
    );
  });

  it("are split by UTC day, also before 1970 and at the ends of time", () => {
    fc.assert(
      fc.property(randomRows(200), (rows) => {
        fc.pre(rows.length > 0);
        const view = viewOf(rows);
        const merged = mergeRows(rows);
        const split = rowsByDay(view);
        assert.deepEqual(
          split.map(({ day }) => day),
          [...new Set(merged.map(({ time }) => dayOf(time)))].sort((a, b) => a - b),
        );
        for (const { day, rows: some } of split) {
          const expected = merged.filter(({ time }) => dayOf(time) === day);
          assert.deepEqual(readAll(viewRows(view, columns, { rows: some }), columns), expected);
        }
      }),
    );
  });

  it("end a batch when its strings are large enough, and have at least one row", () => {
    const rows = Array.from({ length: 10 }, (_, i): Row => {
      return { tags: [null, null, null], time: BigInt(i), fields: { 8: "x".repeat(i === 9 ? 900 : 40) } };
    });
    const source = viewRows(viewOf(rows), columns, { bounds: { rows: 100, bytes: 100 } });
    const sizes: number[] = [];
    for (let batch = source.next(); batch !== undefined; batch = source.next()) sizes.push(batch.rowCount);
    assert.deepEqual(sizes, [3, 3, 3, 1]);
  });

  it("have strings of any length", () => {
    const rows = [10, 200_000, 0, 70_000].map((length, i): Row => {
      return { tags: ["a", null, null], time: BigInt(i), fields: { 8: "y".repeat(length) } };
    });
    assert.deepEqual(readAll(viewRows(viewOf(rows), columns), columns), rows);
  });
});
