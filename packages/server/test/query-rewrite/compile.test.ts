import assert from "node:assert/strict";
import { FUNCTIONS, initParser, type OutputColumn } from "@millrace/sql";
import { AGGREGATE_NAMES, SCALAR_NAMES } from "#src/query/rewrite/functions/index.js";
import { compileQuery, type ParamValue } from "#src/query/rewrite/index.js";
import { modelOf, tablesOf } from "./tables.ts";

const tables = tablesOf("home,room=a temp=1,co=1i 10\nother,room=a x=1 10", "second");
const schema = modelOf(tables);
const NOW_NS = 1_000_000_000_000_000_000n;
const compile = (sql: string, params: Record<string, ParamValue> = {}) =>
  compileQuery(sql, schema, { nowNs: NOW_NS, params, database: "db" });
const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;

describe("compiled queries", () => {
  before(initParser);

  describe("sources", () => {
    const rangeOf = (sql: string, params = {}) => compile(sql, params).sources.map((s) => s.timeRange);
    const day = ns("2022-01-02T00:00:00Z");

    it("name the table and the columns that are read", () => {
      const { sources } = compile(
        "SELECT h.temp, count(*) FROM home h, other o WHERE h.room = o.room GROUP BY 1",
      );
      assert.deepEqual(
        sources.map((s) => [s.schema, s.table, s.columns]),
        [
          ["iox", "home", [1, 2]],
          ["iox", "other", [0]],
        ],
      );
    });

    it("stand in the statement by their number", () => {
      const { text } = compile("SELECT (SELECT max(x) FROM other) FROM home");
      assert.deepEqual(text.filter((piece) => typeof piece === "number").sort(), [0, 1]);
    });

    it("take the time range from AND-ed conditions", () => {
      const sql = "SELECT * FROM home WHERE time >= '2022-01-01' AND time < '2022-01-02' AND co > 1";
      assert.deepEqual(rangeOf(sql), [{ minNs: ns("2022-01-01T00:00:00Z"), maxNs: day - 1n }]);
      assert.deepEqual(rangeOf("SELECT * FROM home WHERE '2022-01-02' < time"), [{ minNs: day + 1n }]);
      assert.deepEqual(rangeOf("SELECT * FROM home WHERE time = $t", { t: "2022-01-02T00:00:00Z" }), [
        { minNs: day, maxNs: day },
      ]);
      assert.deepEqual(rangeOf("SELECT * FROM home WHERE time > now() - INTERVAL '1 second'"), [
        { minNs: NOW_NS - 1_000_000_000n + 1n },
      ]);
      assert.deepEqual(
        rangeOf("SELECT * FROM home WHERE time BETWEEN '2022-01-02' AND to_timestamp_seconds(1641168000)"),
        [{ minNs: day, maxNs: ns("2022-01-03T00:00:00Z") }],
      );
    });

    it("stay open where a condition may be false", () => {
      assert.deepEqual(rangeOf("SELECT * FROM home WHERE time > '2022-01-02' OR co > 1"), [{}]);
      assert.deepEqual(rangeOf("SELECT * FROM home WHERE NOT (time > '2022-01-02')"), [{}]);
      assert.deepEqual(rangeOf("SELECT count(*) FILTER (WHERE time > '2022-01-02') FROM home"), [{}]);
      assert.deepEqual(
        rangeOf("SELECT * FROM home HAVING max(time) > '2022-01-02'".replace("*", "count(*)")),
        [{}],
      );
    });

    it("keep the side that an outer join keeps whole", () => {
      const on = (kind: string) =>
        rangeOf(
          `SELECT count(*) FROM home a ${kind} JOIN home b ON a.room = b.room AND a.time > '2022-01-02' AND b.time > '2022-01-02'`,
        );
      const cut = { minNs: day + 1n };
      assert.deepEqual(on("INNER"), [cut, cut]);
      assert.deepEqual(on("LEFT"), [{}, cut]);
      assert.deepEqual(on("RIGHT"), [cut, {}]);
      assert.deepEqual(on("FULL"), [{}, {}]);
      assert.deepEqual(on("LEFT SEMI"), [cut, cut]);
      assert.deepEqual(on("LEFT ANTI"), [{}, cut]);
    });

    it("are narrowed through a plain subquery, not through one that counts, limits or ranks its rows", () => {
      const over = (inner: string) => rangeOf(`SELECT * FROM (${inner}) s WHERE s.time > '2022-01-02'`);
      assert.deepEqual(over("SELECT time, co FROM home"), [{ minNs: day + 1n }]);
      assert.deepEqual(over("SELECT time, co FROM home LIMIT 5"), [{}]);
      assert.deepEqual(over("SELECT time, row_number() OVER (ORDER BY time) AS n FROM home"), [{}]);
      assert.deepEqual(over("SELECT max(time) AS time FROM home"), [{}]);
      assert.deepEqual(over("SELECT DISTINCT ON (room) room, time FROM home"), [{}]);
    });
  });

  describe("tags", () => {
    const tagsOf = (sql: string, params = {}) =>
      compile(sql, params).sources.map((s) => s.tags.map((tag) => [tag.column, ...tag.values]));

    it("take the values that AND-ed conditions leave", () => {
      assert.deepEqual(tagsOf("SELECT * FROM home WHERE room = 'a' AND co > 1"), [[[1, "a"]]]);
      assert.deepEqual(tagsOf("SELECT * FROM home WHERE 'a' = room"), [[[1, "a"]]]);
      assert.deepEqual(tagsOf("SELECT * FROM home WHERE room IN ('a', 'b')"), [[[1, "a", "b"]]]);
      assert.deepEqual(tagsOf("SELECT * FROM home WHERE room = 'a' OR room IN ('b', $p)", { p: "c" }), [
        [[1, "a", "b", "c"]],
      ]);
      assert.deepEqual(tagsOf("SELECT * FROM home WHERE room IN ('a', 'b') AND room IN ('b', 'c')"), [
        [[1, "b"]],
      ]);
      assert.deepEqual(tagsOf("SELECT * FROM (SELECT co, room AS r FROM home) s WHERE r = 'a'"), [
        [[1, "a"]],
      ]);
    });

    it("stay open where a condition may hold for other values", () => {
      const open = [
        "room <> 'a'",
        "NOT (room = 'a')",
        "room NOT IN ('a')",
        "room = 'a' OR co > 1",
        "room LIKE 'a'",
        "upper(room) = 'A'",
        "room = upper(room)",
        "room IS NULL",
        "co = 1",
      ];
      for (const where of open) assert.deepEqual(tagsOf(`SELECT * FROM home WHERE ${where}`), [[]], where);
    });

    it("keep the side that an outer join keeps whole", () => {
      const on = (kind: string) =>
        tagsOf(`SELECT count(*) FROM home a ${kind} JOIN other b ON a.time = b.time AND b.room = 'a'`);
      assert.deepEqual(on("LEFT"), [[], [[0, "a"]]]);
      assert.deepEqual(on("RIGHT"), [[], []]);
      assert.deepEqual(on("FULL"), [[], []]);
    });
  });

  describe("output", () => {
    it("keeps the kind of plain columns and types everything", () => {
      const { output } = compile("SELECT time, room AS r, temp, co + 1 AS n FROM home");
      const facts = (c: OutputColumn) => [c.name, c.type.kind, c.columnKind, c.nullable];
      assert.deepEqual(output.map(facts), [
        ["time", "timestamp", "time", false],
        ["r", "utf8", "tag", true],
        ["temp", "float", "field", true],
        ["n", "int", undefined, true],
      ]);
    });

    it("keeps names that differ in case only apart", () => {
      const { output } = compile('SELECT 1 AS "A", 2 AS "a", 3 AS a');
      assert.deepEqual(
        output.map((c) => c.name),
        ["A", "a", "a"],
      );
    });
  });

  describe("parameters", () => {
    it("are bound by the type of their value", () => {
      const { params } = compile("SELECT $s, $i, $f, $b, $big, $null", {
        s: "x",
        i: 5,
        f: 1.5,
        b: true,
        big: 18446744073709551615n,
        null: null,
      });
      assert.deepEqual(params, [
        { type: "VARCHAR", value: "x" },
        { type: "BIGINT", value: 5n },
        { type: "DOUBLE", value: 1.5 },
        { type: "BOOLEAN", value: true },
        { type: "UBIGINT", value: 18446744073709551615n },
      ]);
    });

    it("take the type of what they are compared with", () => {
      const { params } = compile("SELECT 1 FROM home WHERE time > $t AND co = $n AND temp < $f", {
        t: "2022-01-01T00:00:00.000000001Z",
        n: "5",
        f: "1.5",
      });
      assert.deepEqual(params, [
        { type: "BIGINT", value: ns("2022-01-01T00:00:00Z") + 1n },
        { type: "BIGINT", value: 5n },
        { type: "DOUBLE", value: 1.5 },
      ]);
    });

    it("leave the statement's text the same from one moment to the next", () => {
      const sql = "SELECT * FROM home WHERE time > now() - INTERVAL '1 hour'";
      const later = compileQuery(sql, schema, { nowNs: NOW_NS + 5n, params: {}, database: "db" });
      assert.deepEqual(later.text, compile(sql).text);
    });

    it("that are not in the prototype chain are missing", () => {
      assert.throws(
        () => compile("SELECT $constructor"),
        /No value found for placeholder with name \$constructor/,
      );
    });
  });

  it("every function of the table can be printed, and no other", () => {
    const known = new Set(FUNCTIONS.map((f) => f.name));
    const printed = new Set([...SCALAR_NAMES, ...AGGREGATE_NAMES]);
    const bound = new Set([
      "now",
      "current_date",
      "current_time",
      "date_bin_gapfill",
      "date_bin_wallclock_gapfill",
    ]);
    const missing = FUNCTIONS.filter(
      (f) => f.kind !== "window" && !printed.has(f.name) && !bound.has(f.name),
    );
    assert.deepEqual(
      missing.map((f) => f.name),
      [],
    );
    assert.deepEqual(
      [...printed].filter((name) => !known.has(name)),
      [],
    );
  });
});
