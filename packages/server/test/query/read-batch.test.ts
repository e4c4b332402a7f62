import assert from "node:assert/strict";
import * as sql from "@millrace/sql";
import { Engine } from "./engine.ts";

const structType: sql.SqlType = {
  kind: "struct",
  fields: [
    { name: "time", type: sql.TIMESTAMP },
    { name: "value", type: sql.FLOAT64 },
  ],
};
const mapType: sql.SqlType = { kind: "map", key: sql.UTF8, value: sql.INT64 };

/** A DuckDB expression, the type the user sees, and the value in JSON. */
const cases: readonly [expression: string, type: sql.SqlType, json: string][] = [
  ["42::BIGINT", sql.INT64, "42"],
  ["(-9223372036854775808)::BIGINT", sql.INT64, "-9223372036854775808"],
  ["18446744073709551615::UBIGINT", sql.UINT64, "18446744073709551615"],
  ["170141183460469231731687303715884105727::HUGEINT", sql.INT64, "170141183460469231731687303715884105727"],
  ["(-5)::HUGEINT", sql.INT64, "-5"],
  ["200::UTINYINT", sql.UINT8, "200"],
  ["(-3)::TINYINT", sql.INT8, "-3"],
  ["40000::USMALLINT", sql.UINT16, "40000"],
  ["(-3)::SMALLINT", sql.INT16, "-3"],
  ["7::INTEGER", sql.INT32, "7"],
  ["4000000000::UINTEGER", sql.UINT32, "4000000000"],
  ["1.5::DOUBLE", sql.FLOAT64, "1.5"],
  ["0.1::FLOAT", sql.FLOAT32, "0.1"],
  ["16777216::FLOAT", sql.FLOAT32, "16777216.0"],
  ["'nan'::DOUBLE", sql.FLOAT64, "null"],
  ["true", sql.BOOLEAN, "true"],
  ["'short'", sql.UTF8, '"short"'],
  ["'a text of more than twelve bytes'", sql.UTF8, '"a text of more than twelve bytes"'],
  ["'\\xAB\\x01'::BLOB", sql.BINARY, '"ab01"'],
  ["make_timestamp_ns(1641024000123456789)", sql.TIMESTAMP, '"2022-01-01T08:00:00.123456789"'],
  ["TIMESTAMP '2022-01-01 08:00:00.5'", sql.TIMESTAMP, '"2022-01-01T08:00:00.500"'],
  ["TIMESTAMPTZ '2022-01-01 08:00:00+00'", sql.timestampType("ns", "UTC"), '"2022-01-01T08:00:00Z"'],
  ["TIMESTAMP_S '2022-01-01 08:00:00'", sql.TIMESTAMP, '"2022-01-01T08:00:00"'],
  ["DATE '2024-02-29'", sql.DATE, '"2024-02-29"'],
  ["DATE '2024-02-29'", sql.TIMESTAMP, '"2024-02-29T00:00:00"'],
  ["INTERVAL '1 month 2 days 3.5 seconds'", sql.INTERVAL, '"P1M2DT3.5S"'],
  ["1.25::DECIMAL(10,2)", { kind: "decimal", precision: 10, scale: 2 }, "1.25"],
  ["(-0.05)::DECIMAL(38,2)", { kind: "decimal", precision: 38, scale: 2 }, "-0.05"],
  ["1.25::DECIMAL(4,2)", sql.FLOAT64, "1.25"],
  ["[1, NULL, 3]::BIGINT[]", sql.listOf(sql.INT64), "[1,null,3]"],
  ["[]::BIGINT[]", sql.listOf(sql.INT64), "[]"],
  ["[['a long enough text', 'b'], []]", sql.listOf(sql.listOf(sql.UTF8)), '[["a long enough text","b"],[]]'],
  [
    "{'time': make_timestamp_ns(1), 'value': 2.0::DOUBLE}",
    structType,
    '{"time":"1970-01-01T00:00:00.000000001","value":2.0}',
  ],
  ["{'time': NULL::TIMESTAMP_NS, 'value': 2.0::DOUBLE}", structType, '{"value":2.0}'],
  ["MAP {'a': 1::BIGINT, 'b': NULL}", mapType, '{"a":1,"b":null}'],
];

describe("query: DuckDB's vectors become values", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(() => engine.close());

  for (const [expression, type, json] of cases) {
    it(`${expression} as ${sql.arrowTypeName(type)}`, async () => {
      assert.equal(await engine.firstRow(`SELECT ${expression}`, [type]), `{"v0":${json}}`);
    });
  }

  it("NULL of every type is no key", async () => {
    for (const [expression, type] of cases) {
      const row = await engine.firstRow(`SELECT CASE WHEN i < 0 THEN ${expression} END FROM range(1) t(i)`, [
        type,
      ]);
      assert.equal(row, "{}", expression);
    }
  });

  it("strings of every length come back whole, over many vectors", async () => {
    const rows = await engine.rows(
      "SELECT CASE WHEN i % 7 = 3 THEN NULL ELSE repeat(chr((97 + i % 26)::INT), (i % 40)::INT) || i END FROM range(10000) t(i)",
      [sql.UTF8],
    );
    assert.equal(rows.length, 10_000);
    rows.forEach((row, i) => {
      const expected = i % 7 === 3 ? undefined : String.fromCharCode(97 + (i % 26)).repeat(i % 40) + i;
      assert.equal(row["v0"], expected);
    });
  });

  it("repeated and sorted strings come back whole", async () => {
    const rows = await engine.rows(
      "SELECT 'a rather long constant text', ['first long text here', 'x'][(i % 2 + 1)::INT], i FROM range(5000) t(i) ORDER BY i DESC",
      [sql.UTF8, sql.UTF8, sql.INT64],
    );
    rows.forEach((row, n) => {
      const i = 4999 - n;
      assert.deepEqual(row, {
        v0: "a rather long constant text",
        v1: i % 2 === 0 ? "first long text here" : "x",
        v2: i,
      });
    });
  });
});
