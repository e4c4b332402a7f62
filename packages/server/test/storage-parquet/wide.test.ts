import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import type { FileColumn } from "#src/storage/index.js";
import { sequence } from "./columns.ts";
import { Engine } from "./engine.ts";
import {
  batchOf,
  field,
  open,
  readAll,
  readColumn,
  tag,
  time,
  type Value,
  write,
  writeColumn,
} from "./files.ts";

const FIELDS = 300;
const GROUPS = 20;
const ROWS_A_GROUP = 3;
const columns: readonly FileColumn[] = [
  time,
  ...Array.from({ length: 20 }, (_, i) => tag(1 + i, `tag${i}`)),
  ...Array.from({ length: FIELDS }, (_, i) => field(21 + i, `field${i}`, i % 2 === 0 ? "integer" : "string")),
];

function rowsOf(group: number): Value[][] {
  return Array.from({ length: ROWS_A_GROUP }, (_, i) => {
    const row = group * ROWS_A_GROUP + i;
    return columns.map(({ kind, name }, place): Value => {
      if (kind === "time") return BigInt(row);
      if ((row + place) % 5 === 0) return null;
      return kind === "tag" || place % 2 === 0 ? `${name} ${row % 4}` : BigInt(row * place);
    });
  });
}

describe("parquet files: of many columns and row groups", () => {
  const groups = Array.from({ length: GROUPS }, (_, group) => rowsOf(group));
  const rows = groups.flat();
  const bytes = write(
    columns,
    groups.map((some) => batchOf(columns, some)),
  );

  it("are read back", () => {
    const file = open(bytes);
    assert.equal(file.rowGroups.length, GROUPS);
    assert.equal(file.columns.length, columns.length);
    const read = readAll(file);
    for (const [place, { name }] of columns.entries()) {
      assert.deepEqual(
        read[place],
        rows.map((row) => row[place]),
        name,
      );
    }
  });

  it("are read by hyparquet", async () => {
    const buffer = new Uint8Array(bytes).buffer;
    const file = {
      byteLength: buffer.byteLength,
      slice: (start: number, end?: number) => buffer.slice(start, end),
    };
    const read = await parquetReadObjects({ file, columns: ["tag19", "field299"] });
    assert.deepEqual(
      read.map((row) => [row["tag19"] ?? null, row["field299"] ?? null]),
      rows.map((row) => [row[20], row[320]]),
    );
  });

  it("are read by DuckDB", async () => {
    const engine = await Engine.start();
    try {
      const file = engine.file(bytes);
      const read = await engine.rows(`SELECT tag19, field298, field299 FROM ${file} ORDER BY time`);
      assert.deepEqual(
        read,
        rows.map((row) => [row[20], row[319], row[320]]),
      );
    } finally {
      await engine.close();
    }
  });
});

describe("parquet files: values at the bounds of what is written how", () => {
  it("integers whose steps carry twice", () => {
    const next = sequence(11);
    let value = -(2n ** 40n);
    const values = Array.from({ length: 20_000 }, (_, row) => {
      // The smallest step of every block is below 2^32.
      value += 2n ** 32n - 5n + (row % 16 === 0 ? 0n : BigInt(next(2 ** 31 - 9)));
      return value;
    });
    assert.deepEqual(readColumn(writeColumn(field(1, "v", "integer"), values)), values);
  });

  it("tag values whose dictionary would be too large, although each is used twice", () => {
    const values = Array.from({ length: 80 }, (_, row) => `${row >> 1}`.padEnd(1_000_000, "x"));
    const read = readColumn(writeColumn(tag(1, "host"), values));
    assert.equal(read.length, values.length);
    assert.ok(values.every((value, row) => value === read[row]));
  });
});
