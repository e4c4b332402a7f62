import assert from "node:assert/strict";
import * as sql from "@millrace/sql";
import { BufferMirror, BufferStore, type TableBuffer, type TableView } from "#src/buffer/index.js";
import {
  bufferScan,
  rowsScan,
  type StoredColumn,
  TagEntries,
  type TimeRange,
} from "#src/query/execute/index.js";
import { type WrittenRow, writeRow } from "../buffer/write-rows.ts";
import { Engine } from "./engine.ts";

const FLOAT = 3;
const INTEGER = 4;
const UNSIGNED = 5;
const FLAG = 6;
const TEXT = 7;
const NEVER = 8;

/** In the order of names: c0 … c8. */
const columns: readonly StoredColumn[] = [
  { kind: "field", type: sql.FLOAT64, columnId: FLOAT },
  { kind: "field", type: sql.INT64, columnId: INTEGER },
  { kind: "field", type: sql.UINT64, columnId: UNSIGNED },
  { kind: "field", type: sql.BOOLEAN, columnId: FLAG },
  { kind: "field", type: sql.UTF8, columnId: TEXT },
  { kind: "field", type: sql.FLOAT64, columnId: NEVER },
  { kind: "tag", type: sql.TAG, columnId: 1, tagIndex: 0 },
  { kind: "tag", type: sql.TAG, columnId: 2, tagIndex: 1 },
  { kind: "time", type: sql.TIMESTAMP, columnId: 0 },
];
const types = columns.map((column) => column.type);
const all = columns.map((_, i) => i);
const everything = `SELECT ${all.map((i) => `c${i}`).join(", ")} FROM millrace_scan(0::BIGINT)`;

describe("query: scanning the buffer", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(() => engine.close());

  interface Filled {
    table: TableBuffer;
    publish(): void;
    scan(range?: TimeRange, used?: readonly number[]): ReturnType<typeof bufferScan>;
  }

  function buffer(sortRowsUpTo: number): Filled {
    const store = new BufferStore({ hashSeed: 7 });
    const mirror = new BufferMirror({ sortRowsUpTo });
    store.onMessage((batch) => mirror.apply(batch));
    const table = store.openTable(1);
    const entries = [new TagEntries(), new TagEntries()];
    return {
      table,
      publish: () => store.publish([[table, table.position()]]),
      scan(range = {}, used = all) {
        const view = mirror.views(1)[0]!;
        const tagEntriesOf = (_: TableView, tag: number) => entries[tag]!;
        return bufferScan({ view, order: view.order, columns, used, ranges: [range], tagEntriesOf });
      },
    };
  }

  function rowAt(i: number): WrittenRow {
    const fields: Record<number, number | bigint | string> = {};
    if (i % 3 !== 0) fields[FLOAT] = i / 4;
    if (i % 5 !== 0) fields[INTEGER] = -(2n ** 53n) - BigInt(i);
    if (i % 2 === 0) fields[UNSIGNED] = 2n ** 63n + BigInt(i);
    if (i % 4 !== 1) fields[FLAG] = i % 8 < 4 ? 1n : 0n;
    if (i % 6 !== 2) fields[TEXT] = "ü".repeat(i % 30) + i;
    const host = i % 10 === 9 ? null : `host-${i % 10} with a long name`;
    return { tags: [host, i % 4 === 0 ? "eu" : null], time: 1000n + BigInt(i), fields };
  }

  /** What a row looks like in the JSON of the result. */
  function expected(row: WrittenRow): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    const { fields } = row;
    if (FLOAT in fields) value["v0"] = fields[FLOAT];
    if (INTEGER in fields) value["v1"] = Number(fields[INTEGER]);
    if (UNSIGNED in fields) value["v2"] = Number(fields[UNSIGNED]);
    if (FLAG in fields) value["v3"] = fields[FLAG] === 1n;
    if (TEXT in fields) value["v4"] = fields[TEXT];
    if (row.tags[0] !== null) value["v6"] = row.tags[0];
    if (row.tags[1] !== null) value["v7"] = row.tags[1];
    value["v8"] = `1970-01-01T00:00:00.${String(row.time).padStart(9, "0")}`;
    if (row.time % 1000n === 0n) value["v8"] = (value["v8"] as string).slice(0, -3);
    return value;
  }

  it("delivers all types, NULLs and chunk sizes in order of arrival", async () => {
    const { table, publish, scan } = buffer(0);
    const rows = Array.from({ length: 90_000 }, (_, i) => rowAt(i));
    for (const row of rows) writeRow(table, row);
    publish();
    const found = await engine.rows(everything, types, [scan()]);
    assert.equal(found.length, rows.length);
    found.forEach((row, i) => {
      assert.deepEqual(row, expected(rows[i]!));
    });
  });

  it("delivers small tables by series and time, duplicates merged per field", async () => {
    const { table, publish, scan } = buffer(50_000);
    writeRow(table, {
      tags: ["b", null],
      time: 1n,
      fields: { [FLOAT]: 1, [TEXT]: "a long text that is kept here" },
    });
    writeRow(table, { tags: ["a", null], time: 2n, fields: { [FLOAT]: 2 } });
    writeRow(table, { tags: ["b", null], time: 1n, fields: { [FLOAT]: 3, [INTEGER]: 4n } });
    writeRow(table, { tags: [null, null], time: 5n, fields: { [FLAG]: 1n } });
    publish();
    const found = await engine.rows(
      "SELECT c0, c1, c3, c4, c6, epoch_ns(c8) FROM millrace_scan(0::BIGINT)",
      [sql.FLOAT64, sql.INT64, sql.BOOLEAN, sql.UTF8, sql.TAG, sql.INT64],
      [scan()],
    );
    assert.deepEqual(found, [
      { v2: true, v5: 5 },
      { v0: 2, v4: "a", v5: 2 },
      { v0: 3, v1: 4, v3: "a long text that is kept here", v4: "b", v5: 1 },
    ]);
  });

  for (const sorted of [false, true]) {
    it(`keeps a time range, whatever the order of rows (sorted: ${sorted})`, async () => {
      const { table, publish, scan } = buffer(sorted ? 50_000 : 0);
      for (let i = 0; i < 30_000; i++) writeRow(table, rowAt(i));
      publish();
      const ranges: [TimeRange, number][] = [
        [{ minNs: 1000n, maxNs: 1000n }, 1],
        [{ minNs: 1003n, maxNs: 3051n }, 2049],
        [{ minNs: 28_000n }, 3000],
        [{ maxNs: 1099n }, 100],
        [{ minNs: 40_000n }, 0],
        [{ minNs: 5n, maxNs: 4n }, 0],
        [{ minNs: -(2n ** 70n), maxNs: 2n ** 70n }, 30_000],
        [{ minNs: 2n ** 64n }, 0],
      ];
      for (const [range, count] of ranges) {
        const found = await engine.rows(
          "SELECT count(*), count(c0), min(epoch_ns(c8)), max(epoch_ns(c8)), count(c6) FROM millrace_scan(0::BIGINT)",
          [sql.INT64, sql.INT64, sql.INT64, sql.INT64, sql.INT64],
          [scan(range)],
        );
        assert.equal(found[0]!["v0"], count);
        if (count > 0 && range.minNs !== undefined && range.minNs >= 1000n) {
          assert.equal(found[0]!["v2"], Number(range.minNs));
        }
      }
    });
  }

  it("counts rows without reading a column", async () => {
    const { table, publish, scan } = buffer(0);
    for (let i = 0; i < 5000; i++) writeRow(table, rowAt(i));
    publish();
    const found = await engine.rows(
      "SELECT count(*) FROM millrace_scan(0::BIGINT)",
      [sql.INT64],
      [scan({}, [])],
    );
    assert.deepEqual(found, [{ v0: 5000 }]);
  });

  it("sees new rows, new tag values and new columns in the next scan, and none of them in an older one", async () => {
    const { table, publish, scan } = buffer(0);
    const count = "SELECT count(*), count(c1), count(DISTINCT c6) FROM millrace_scan(0::BIGINT)";
    const counts = [sql.INT64, sql.INT64, sql.INT64];
    writeRow(table, { tags: ["first host of them all", null], time: 1n, fields: { [FLOAT]: 1 } });
    publish();
    const old = scan();
    writeRow(table, { tags: ["second host of them all", null], time: 2n, fields: { [INTEGER]: 1n } });
    writeRow(table, { tags: ["third host of them all", "eu"], time: 3n, fields: { [INTEGER]: 1n } });
    assert.deepEqual(await engine.rows(count, counts, [scan()]), [{ v0: 1, v1: 0, v2: 1 }]);
    publish();
    assert.deepEqual(await engine.rows(count, counts, [scan()]), [{ v0: 3, v1: 2, v2: 3 }]);
    assert.deepEqual(await engine.rows(count, counts, [old]), [{ v0: 1, v1: 0, v2: 1 }]);
  });

  it("joins two scans, and one with itself", async () => {
    const { table, publish, scan } = buffer(0);
    for (let i = 0; i < 3000; i++) writeRow(table, rowAt(i));
    publish();
    const found = await engine.rows(
      "SELECT count(*) FROM millrace_scan(0::BIGINT) a JOIN millrace_scan(1::BIGINT) b ON a.c8 = b.c8 AND a.c6 = b.c6",
      [sql.INT64],
      [scan(), scan({ maxNs: 1999n })],
    );
    assert.deepEqual(found, [{ v0: 900 }]);
  });

  it("queries on several connections read their own sources at the same time", async () => {
    const buffers = Array.from({ length: 6 }, (_, n) => {
      const filled = buffer(0);
      for (let i = 0; i < 20_000 + n; i++) writeRow(filled.table, rowAt(i));
      filled.publish();
      return filled;
    });
    const found = await Promise.all(
      buffers.map(({ scan }) =>
        engine.rows("SELECT count(DISTINCT c8) FROM millrace_scan(0::BIGINT)", [sql.INT64], [scan()]),
      ),
    );
    assert.deepEqual(
      found,
      buffers.map((_, n) => [{ v0: 20_000 + n }]),
    );
  });
});

describe("query: scanning small tables of values", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(() => engine.close());

  it("delivers every column type of the system tables", async () => {
    const tableTypes = [
      sql.UTF8,
      sql.INT64,
      sql.UINT64,
      sql.BOOLEAN,
      sql.TIMESTAMP,
      sql.DURATION,
      sql.listOf(sql.UTF8),
      sql.UINT8,
      sql.UINT32,
    ];
    const rows = [
      [
        "a",
        1n,
        2n ** 64n - 1n,
        true,
        1_500_000n,
        30_000_000n,
        ["core", "a longer mode name"],
        1,
        4_000_000_000,
      ],
      [null, null, null, null, null, null, null, null, null],
      ["b", -1n, 0n, false, 0n, 0n, [], 255, 0],
    ];
    const found = await engine.rows(
      "SELECT c0, c1, c3, c4, c5, c6, c7, c8, c2::VARCHAR FROM millrace_scan(0::BIGINT)",
      [
        sql.UTF8,
        sql.INT64,
        sql.BOOLEAN,
        sql.TIMESTAMP,
        sql.DURATION,
        sql.listOf(sql.UTF8),
        sql.UINT8,
        sql.UINT32,
        sql.UTF8,
      ],
      [rowsScan(tableTypes, rows)],
    );
    assert.deepEqual(found, [
      {
        v0: "a",
        v1: 1,
        v2: true,
        v3: "1970-01-01T00:00:00.001500",
        v4: "PT0.03S",
        v5: ["core", "a longer mode name"],
        v6: 1,
        v7: 4_000_000_000,
        v8: "18446744073709551615",
      },
      {},
      { v0: "b", v1: -1, v2: false, v3: "1970-01-01T00:00:00", v4: "P0D", v5: [], v6: 255, v7: 0, v8: "0" },
    ]);
  });

  it("delivers more rows than one vector holds", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [`row ${i}`, BigInt(i)]);
    const found = await engine.rows(
      "SELECT count(DISTINCT c0), sum(c1)::BIGINT FROM millrace_scan(0::BIGINT)",
      [sql.INT64, sql.INT64],
      [rowsScan([sql.UTF8, sql.INT64], rows)],
    );
    assert.deepEqual(found, [{ v0: 5000, v1: 12_497_500 }]);
  });
});
