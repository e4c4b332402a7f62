import assert from "node:assert/strict";
import fc from "fast-check";
import { BufferMirror, BufferStore, type TableView } from "#src/buffer/index.js";
import { type ReadAs, readOrder } from "./read-view.ts";
import { inSeriesOrder, mergePoints, type WrittenRow, writeRow } from "./write-rows.ts";

const COLUMNS: Record<number, ReadAs> = { 3: "float", 4: "integer" };
const TAGS = 3;
const DAY_NS = 86_400_000_000_000n;

function viewer(): { write(rows: readonly WrittenRow[]): TableView } {
  const store = new BufferStore({ hashSeed: 7 });
  const mirror = new BufferMirror({ hashSeed: 9, sortRowsUpTo: 0 });
  store.onMessage((batch) => mirror.apply(batch));
  const table = store.openTable(1);
  return {
    write(rows) {
      for (const one of rows) writeRow(table, one);
      store.publish([[table, table.position()]]);
      return mirror.views(1)[0]!;
    },
  };
}

const row = (host: string | null, time: bigint, fields: WrittenRow["fields"] = { 3: 1 }): WrittenRow => ({
  tags: [host, null, null],
  time,
  fields,
});

const timeNearDays = fc
  .tuple(fc.bigInt({ min: -106_751n, max: 106_750n }), fc.bigInt({ min: -5n, max: 5n }))
  .map(([day, offset]) => day * DAY_NS + offset);
const aRow: fc.Arbitrary<WrittenRow> = fc.record({
  tags: fc.tuple(
    fc.constantFrom("a", "b", "c", null),
    fc.constantFrom("", "ü", null),
    fc.constantFrom(null, null, "later"),
  ),
  time: fc.oneof(
    { weight: 4, arbitrary: fc.bigInt({ min: -4n, max: 60n }) },
    { weight: 1, arbitrary: timeNearDays },
    { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  ),
  fields: fc
    .record({ 3: fc.double({ noNaN: true }), 4: fc.bigInt({ min: 0n, max: 9n }) }, { requiredKeys: [] })
    .map((fields) => ({ ...fields }) as WrittenRow["fields"]),
});
const batches = fc.array(fc.array(aRow, { maxLength: 150 }), { minLength: 1, maxLength: 4 });

const floorDay = (time: bigint): number => Number((time - (((time % DAY_NS) + DAY_NS) % DAY_NS)) / DAY_NS);

function daysOf(rows: readonly WrittenRow[]) {
  const days = new Map<number, bigint[]>();
  for (const { time } of rows) days.set(floorDay(time), [...(days.get(floorDay(time)) ?? []), time]);
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, times]) => {
      const sorted = times.toSorted((a, b) => (a < b ? -1 : 1));
      return { day, minTimeNs: sorted[0], maxTimeNs: sorted.at(-1), rowCount: times.length };
    });
}

describe("a view of any size", () => {
  it("has every point once, by series key and time, with its fields merged", () => {
    fc.assert(
      fc.property(batches, (steps) => {
        const { write } = viewer();
        const written: WrittenRow[] = [];
        for (const rows of steps) {
          written.push(...rows);
          const view = write(rows);
          if (view === undefined) continue;
          const actual = readOrder(view, view.sorted(), TAGS, COLUMNS);
          assert.deepEqual(actual, inSeriesOrder(mergePoints(written)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("knows the days of its rows, also of rows that came since an older view", () => {
    fc.assert(
      fc.property(batches, (steps) => {
        const { write } = viewer();
        const written: WrittenRow[] = [];
        const older: { view: TableView; rows: WrittenRow[] }[] = [];
        for (const [i, rows] of steps.entries()) {
          written.push(...rows);
          const view = write(rows);
          if (view === undefined) continue;
          older.push({ view, rows: [...written] });
          if (i % 2 === 0) assert.deepEqual(view.days(), daysOf(written));
        }
        for (const { view, rows } of older) assert.deepEqual(view.days(), daysOf(rows));
      }),
      { numRuns: 150 },
    );
  });

  it("finds series by their tags, and their rows without the others'", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom("a", "b", "c", "d", null), (steps, host) => {
        const { write } = viewer();
        const written: WrittenRow[] = [];
        const older: { view: TableView; rows: WrittenRow[] }[] = [];
        for (const rows of steps) {
          written.push(...rows);
          const view = write(rows);
          if (view !== undefined) older.push({ view, rows: [...written] });
        }
        for (const { view, rows } of older.reverse()) {
          const series = view.seriesWhere(0, host);
          const actual = readOrder(view, view.rowsOfSeries(series), TAGS, COLUMNS);
          const expected = rows.filter(({ tags }) => tags[0] === host);
          assert.deepEqual(actual, inSeriesOrder(mergePoints(expected)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("has all series where a tag is missing that no row has", () => {
    const view = viewer().write([row("a", 1n), row("b", 1n)]);
    assert.deepEqual([...view.seriesWhere(7, null)], [0, 1]);
    assert.deepEqual([...view.seriesWhere(7, "x")], []);
    assert.deepEqual([...view.seriesWhere(0, "b")], [1]);
  });

  it("sorts rows that all came late, far from n squared", () => {
    const count = 30_000;
    const rows = Array.from({ length: count }, (_, i) =>
      row(i % 2 === 0 ? "a" : "b", BigInt((count - i) >> 2)),
    );
    const view = viewer().write(rows);
    const { rows: order } = view.sorted();
    assert.equal(order.length, mergePoints(rows).length);
    const times = Array.from(order, (one) => rows[one]!.time);
    for (let i = 1; i < times.length / 2; i++) assert.ok(times[i]! > times[i - 1]!);
  });
});
