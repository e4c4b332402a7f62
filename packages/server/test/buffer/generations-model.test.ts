import assert from "node:assert/strict";
import fc from "fast-check";
import type { TableBuffer, TableView } from "#src/buffer/index.js";
import { aRow, connect, publish, rowsOf, shown, write } from "./generation-rig.ts";
import type { ReadRow } from "./read-view.ts";
import { inSeriesOrder, mergePoints, type WrittenRow } from "./write-rows.ts";

const aStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      table: fc.constantFrom(1, 2, 3),
      rows: fc.array(aRow, { minLength: 1, maxLength: 40 }),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constantFrom("publish", "fail", "rotate", "drop oldest", "release", "drop table"),
      table: fc.constantFrom(1, 2, 3),
    }),
  },
);

interface ModelRow {
  readonly table: number;
  readonly generation: number;
  readonly row: WrittenRow;
}

/** Rows as lists: what is pending, and what readers see. */
class Model {
  pending: ModelRow[] = [];
  visible: ModelRow[] = [];

  expected(table: number): WrittenRow[] {
    const rows = this.visible.filter((one) => one.table === table).map((one) => one.row);
    return inSeriesOrder(mergePoints(rows));
  }

  keep(wanted: (row: ModelRow) => boolean): void {
    this.pending = this.pending.filter(wanted);
    this.visible = this.visible.filter(wanted);
  }
}

describe("generations against a naive model", () => {
  it("show the same rows after any writes, failures, rotations and drops, and pinned views never change", () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 30 }), (steps) => {
        const { store, mirror } = connect();
        const model = new Model();
        const written = new Set<TableBuffer>();
        const pinned: { view: TableView; rows: ReadRow[]; version: number }[] = [];
        let version = 0;
        const actual = (table: number): ReadRow[] => inSeriesOrder(mergePoints(shown(mirror, table).flat()));
        const settle = (): void => {
          publish(store, ...written);
          written.clear();
          model.visible.push(...model.pending);
          model.pending = [];
        };
        for (const step of steps) {
          if (step.kind === "write") {
            written.add(write(store, step.rows, step.table));
            const generation = store.generation;
            model.pending.push(...step.rows.map((one) => ({ table: step.table, generation, row: one })));
          } else if (step.kind === "publish") settle();
          else if (step.kind === "fail") {
            store.truncateToPublished();
            written.clear();
            model.pending = [];
          } else if (step.kind === "rotate") store.rotate();
          else if (step.kind === "drop table") {
            store.dropTable(step.table);
            for (const table of written) if (table.tableId === step.table) written.delete(table);
            model.keep(({ table }) => table !== step.table);
          } else if (step.kind === "drop oldest" && store.frozen.length > 0) {
            settle();
            const { generation } = store.frozen[0]!;
            store.dropGeneration(generation, ++version);
            mirror.dropGeneration(generation);
            model.keep((one) => one.generation !== generation);
          } else if (step.kind === "release") {
            // Views older than the version are given back.
            pinned.splice(0);
            store.reclaim(version);
          }
          for (const table of [1, 2, 3]) assert.deepEqual(actual(table), model.expected(table));
          for (const { view, rows } of pinned) assert.deepEqual(rowsOf(view), rows);
          for (const view of mirror.views(1)) pinned.push({ view, rows: rowsOf(view), version });
        }
        store.dropTable(1);
        store.dropTable(2);
        store.dropTable(3);
        while (store.frozen.length > 0) store.dropGeneration(store.frozen[0]!.generation, ++version);
        store.reclaim(version);
        assert.equal(store.bytes, 0);
        assert.equal(store.heapBytes, 0);
      }),
      { numRuns: 300 },
    );
  });
});
