import assert from "node:assert/strict";
import * as sql from "@millrace/sql";
import { encodeRows } from "#src/query/encode/index.js";
import type { CellValue } from "#src/query/result/index.js";

function encoded(format: "json" | "jsonl" | "csv" | "pretty", type: sql.SqlType, value: CellValue): string {
  return Buffer.from(encodeRows(format, [{ name: "v", type }], [[value]]).bytes).toString();
}

function jsonValue(type: sql.SqlType, value: CellValue): string {
  const text = encoded("json", type, value);
  assert.match(text, /^\[\{"v":[\s\S]*\}\]$/);
  return text.slice('[{"v":'.length, -"}]".length);
}

function csvValue(type: sql.SqlType, value: CellValue): string {
  const text = encoded("csv", type, value);
  assert.match(text, /^v\n[\s\S]*\n$/);
  return text.slice("v\n".length, -1);
}

function prettyValue(type: sql.SqlType, value: CellValue): string {
  return encoded("pretty", type, value).split("\n")[3]!.slice(1, -1).trim();
}

const milanZone = sql.timestampType("ns", "Europe/Rome");

/** What one value looks like in JSON and in CSV. */
const values: readonly [type: sql.SqlType, value: CellValue, json: string, text: string][] = [
  [sql.INT64, 0n, "0", "0"],
  [sql.INT64, -42n, "-42", "-42"],
  [sql.INT64, 9_007_199_254_740_993n, "9007199254740993", "9007199254740993"],
  [sql.INT64, 9_223_372_036_854_775_807n, "9223372036854775807", "9223372036854775807"],
  [sql.INT64, -9_223_372_036_854_775_808n, "-9223372036854775808", "-9223372036854775808"],
  [sql.INT64, -9_007_199_254_740_993n, "-9007199254740993", "-9007199254740993"],
  [sql.UINT64, 18_446_744_073_709_551_615n, "18446744073709551615", "18446744073709551615"],
  [sql.UINT64, 4_294_967_296n, "4294967296", "4294967296"],
  [sql.UINT8, 200, "200", "200"],
  [sql.INT32, -7, "-7", "-7"],
  [sql.FLOAT64, 99, "99.0", "99.0"],
  [sql.FLOAT64, 0.9, "0.9", "0.9"],
  [sql.FLOAT64, -0, "-0.0", "-0.0"],
  [sql.FLOAT64, 0, "0.0", "0.0"],
  [sql.FLOAT64, 0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"],
  [sql.FLOAT64, 1e9, "1000000000.0", "1000000000.0"],
  [sql.FLOAT64, 1e10, "1.0e10", "10000000000.0"],
  [sql.FLOAT64, 12_345_678_901.5, "1.23456789015e10", "12345678901.5"],
  [sql.FLOAT64, -2.5e15, "-2.5e15", "-2500000000000000.0"],
  [sql.FLOAT64, 1e15, "1.0e15", "1000000000000000.0"],
  [sql.FLOAT64, 1e16, "1.0e16", "1e16"],
  [sql.FLOAT64, 1.5e300, "1.5e300", "1.5e300"],
  [sql.FLOAT64, 0.00001, "0.00001", "0.00001"],
  [sql.FLOAT64, 0.0000015, "1.5e-6", "1.5e-6"],
  [sql.FLOAT64, 5e-324, "5.0e-324", "5e-324"],
  [sql.FLOAT64, Number.NaN, "null", "NaN"],
  [sql.FLOAT64, Number.POSITIVE_INFINITY, "null", "inf"],
  [sql.FLOAT64, Number.NEGATIVE_INFINITY, "null", "-inf"],
  [sql.BOOLEAN, true, "true", "true"],
  [sql.BOOLEAN, false, "false", "false"],
  [sql.UTF8, "plain", '"plain"', "plain"],
  [sql.TAG, "Living Room", '"Living Room"', "Living Room"],
  [sql.UTF8, 'say "hi"', '"say \\"hi\\""', '"say ""hi"""'],
  [sql.UTF8, "a,b", '"a,b"', '"a,b"'],
  [sql.UTF8, "two\nlines", '"two\\nlines"', '"two\nlines"'],
  [
    sql.UTF8,
    "back\\slash\ttab\u0001\u007f/",
    '"back\\\\slash\\ttab\\u0001\u007f/"',
    "back\\slash\ttab\u0001\u007f/",
  ],
  [sql.UTF8, "\b\f\r\u001f", '"\\b\\f\\r\\u001f"', '"\b\f\r\u001f"'],
  [sql.UTF8, "žluťoučký 🦄 日本", '"žluťoučký 🦄 日本"', "žluťoučký 🦄 日本"],
  [sql.UTF8, "", '""', '""'],
  [sql.TIMESTAMP, 1_641_024_000_000_000_000n, '"2022-01-01T08:00:00"', "2022-01-01T08:00:00"],
  [sql.TIMESTAMP, 123n, '"1970-01-01T00:00:00.000000123"', "1970-01-01T00:00:00.000000123"],
  [sql.TIMESTAMP, 1_500_000n, '"1970-01-01T00:00:00.001500"', "1970-01-01T00:00:00.001500"],
  [sql.TIMESTAMP, 250_000_000n, '"1970-01-01T00:00:00.250"', "1970-01-01T00:00:00.250"],
  [sql.TIMESTAMP, -1n, '"1969-12-31T23:59:59.999999999"', "1969-12-31T23:59:59.999999999"],
  [
    sql.TIMESTAMP,
    9_223_372_036_854_775_806n,
    '"2262-04-11T23:47:16.854775806"',
    "2262-04-11T23:47:16.854775806",
  ],
  [
    sql.TIMESTAMP,
    -9_223_372_036_854_775_807n,
    '"1677-09-21T00:12:43.145224193"',
    "1677-09-21T00:12:43.145224193",
  ],
  [sql.timestampType("ms"), 1_641_024_000_000_000_000n, '"2022-01-01T08:00:00"', "2022-01-01T08:00:00"],
  [
    sql.timestampType("ns", "UTC"),
    1_641_024_000_500_000_000n,
    '"2022-01-01T08:00:00.500Z"',
    "2022-01-01T08:00:00.500Z",
  ],
  [milanZone, 1_641_024_000_000_000_000n, '"2022-01-01T09:00:00+01:00"', "2022-01-01T09:00:00+01:00"],
  [milanZone, 1_656_662_400_000_000_000n, '"2022-07-01T10:00:00+02:00"', "2022-07-01T10:00:00+02:00"],
  [
    sql.timestampType("ns", "-08:00"),
    1_641_024_000_000_000_000n,
    '"2022-01-01T00:00:00-08:00"',
    "2022-01-01T00:00:00-08:00",
  ],
  [sql.DATE, 19_723, '"2024-01-01"', "2024-01-01"],
  [sql.DATE, -1, '"1969-12-31"', "1969-12-31"],
  [sql.TIME, 28_800_000_000_001n, '"08:00:00.000000001"', "08:00:00.000000001"],
  [sql.DURATION, 30_000_000n, '"PT0.03S"', "PT0.03S"],
  [sql.DURATION, 0n, '"P0D"', "P0D"],
  [sql.DURATION, -3_600_000_000_000n, '"-PT3600S"', "-PT3600S"],
  [sql.listOf(sql.INT64), [1n, 2n], "[1,2]", '"[1, 2]"'],
  [sql.listOf(sql.UTF8), ["a", null, "b"], '["a",null,"b"]', '"[a, , b]"'],
  [sql.listOf(sql.UTF8), [], "[]", "[]"],
];

describe("query: how values are written", () => {
  for (const [type, value, json, text] of values) {
    const shown = Object.is(value, -0) ? "-0" : String(value);
    it(`${sql.arrowTypeName(type)} ${JSON.stringify(shown)}`, () => {
      assert.equal(jsonValue(type, value), json);
      assert.equal(csvValue(type, value), text);
      if (typeof value !== "string" && !Array.isArray(value)) assert.equal(prettyValue(type, value), text);
    });
  }

  it("a NULL is no key in JSON and an empty field elsewhere", () => {
    const columns = [
      { name: "a", type: sql.INT64 },
      { name: "b", type: sql.UTF8 },
      { name: "c", type: sql.FLOAT64 },
    ];
    const rows = [
      [1n, null, 2.5],
      [null, "x", null],
      [null, null, null],
    ];
    const text = (format: "json" | "jsonl" | "csv" | "pretty") =>
      Buffer.from(encodeRows(format, columns, rows).bytes).toString();
    assert.equal(text("json"), '[{"a":1,"c":2.5},{"b":"x"},{}]');
    assert.equal(text("jsonl"), '{"a":1,"c":2.5}\n{"b":"x"}\n{}\n');
    assert.equal(text("csv"), "a,b,c\n1,,2.5\n,x,\n,,\n");
    assert.equal(
      text("pretty"),
      [
        "+---+---+-----+",
        "| a | b | c   |",
        "+---+---+-----+",
        "| 1 |   | 2.5 |",
        "|   | x |     |",
        "|   |   |     |",
        "+---+---+-----+",
      ].join("\n"),
    );
  });

  it("a row of CSV that is one NULL is still a line", () => {
    const bytes = encodeRows("csv", [{ name: "v", type: sql.INT64 }], [[null], [1n]]).bytes;
    assert.equal(Buffer.from(bytes).toString(), 'v\n""\n1\n');
  });
});

describe("query: how whole results are written", () => {
  const columns = [
    { name: "host", type: sql.TAG },
    { name: "region", type: sql.TAG },
    { name: "time", type: sql.TIMESTAMP },
    { name: "usage", type: sql.FLOAT64 },
  ];
  const rows = [["s1", "us-east", 2_998_574_936_000_000_000n, 0.9]];

  it("pretty draws the table of the documentation", () => {
    const { bytes, contentType } = encodeRows("pretty", columns, rows);
    assert.equal(contentType, "text/plain; charset=utf-8");
    assert.equal(
      Buffer.from(bytes).toString(),
      [
        "+------+---------+---------------------+-------+",
        "| host | region  | time                | usage |",
        "+------+---------+---------------------+-------+",
        "| s1   | us-east | 2065-01-07T17:28:56 | 0.9   |",
        "+------+---------+---------------------+-------+",
      ].join("\n"),
    );
  });

  it("an empty result has the empty form of its format", () => {
    const empty = (format: "json" | "jsonl" | "csv" | "pretty") =>
      Buffer.from(encodeRows(format, columns, []).bytes).toString();
    assert.equal(empty("json"), "[]");
    assert.equal(empty("jsonl"), "");
    assert.equal(empty("csv"), "");
    assert.equal(empty("pretty"), "++\n++");
  });

  it("names its content type", () => {
    assert.equal(encodeRows("json", columns, rows).contentType, "application/json");
    assert.equal(encodeRows("jsonl", columns, rows).contentType, "application/jsonl");
    assert.equal(encodeRows("csv", columns, rows).contentType, "text/csv");
  });

  it("escapes column names as keys and as header fields", () => {
    const named = [{ name: 'a "b",\n', type: sql.INT64 }];
    assert.equal(Buffer.from(encodeRows("json", named, [[1n]]).bytes).toString(), '[{"a \\"b\\",\\n":1}]');
    assert.equal(Buffer.from(encodeRows("csv", named, [[1n]]).bytes).toString(), '"a ""b"",\n"\n1\n');
  });

  it("keeps the borders of pretty in line for wide characters and several lines", () => {
    const bytes = encodeRows("pretty", [{ name: "v", type: sql.UTF8 }], [["日本"], ["é"], ["a\nbcd"]]).bytes;
    assert.equal(
      Buffer.from(bytes).toString(),
      ["+------+", "| v    |", "+------+", "| 日本 |", "| é    |", "| a    |", "| bcd  |", "+------+"].join(
        "\n",
      ),
    );
  });

  it("pretty leaves out what would make the table too large, and says so", () => {
    const wide = "x".repeat(5 * 1024 * 1024);
    const rows = Array.from({ length: 9 }, () => [wide]);
    const lines = Buffer.from(encodeRows("pretty", [{ name: "v", type: sql.UTF8 }], rows).bytes)
      .toString()
      .split("\n");
    assert.match(
      lines.at(-1)!,
      /^first 2 rows; the table is too large to draw whole: use json, jsonl or csv/,
    );
    assert.equal(lines.length, 7);
  });
});
