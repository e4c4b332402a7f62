import assert from "node:assert/strict";
import { initParser, PlanError } from "@millrace/sql";
import { compileQuery, joinSources } from "#src/query/rewrite/index.js";
import { modelOf, tablesOf } from "./tables.ts";

const schema = modelOf(tablesOf("home,room=a temp=1,co=1i 10", "second"));
const compile = (sql: string) => compileQuery(sql, schema, { nowNs: 0n, params: { p: "x" }, database: "db" });

/** Statements that would reach files, settings, other data or the process if they got to the engine. */
const REFUSED = [
  "SELECT * FROM 'file.csv'",
  "SELECT * FROM '/etc/passwd'",
  'SELECT * FROM "data.parquet"',
  "SELECT * FROM `x.json`",
  "SELECT * FROM read_csv('x.csv')",
  "SELECT * FROM read_csv_auto('x.csv')",
  "SELECT * FROM read_parquet(['x'])",
  "SELECT * FROM parquet_scan('x')",
  "SELECT * FROM parquet_metadata('x')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('/etc/passwd')",
  "SELECT * FROM read_json('x')",
  "SELECT * FROM read_ndjson_objects('x')",
  "SELECT * FROM glob('/*')",
  "SELECT * FROM sniff_csv('x')",
  "SELECT * FROM duckdb_settings()",
  "SELECT * FROM duckdb_tables()",
  "SELECT * FROM duckdb_views()",
  "SELECT * FROM duckdb_secrets()",
  "SELECT * FROM duckdb_functions()",
  "SELECT * FROM pragma_database_list",
  "SELECT * FROM pragma_table_info('home')",
  "SELECT * FROM sqlite_master",
  "SELECT * FROM pg_catalog.pg_tables",
  "SELECT * FROM main.home",
  "SELECT * FROM memory.main.home",
  "SELECT * FROM temp.home",
  "SELECT * FROM millrace_scan(0)",
  "SELECT * FROM millrace_scan",
  "SELECT millrace_scan(0)",
  "SELECT * FROM query('SELECT 1')",
  "SELECT * FROM query_table('home')",
  "SELECT * FROM checkpoint()",
  "SELECT * FROM repeat_row(1, num_rows = 5)",
  "SELECT * FROM r0",
  "SELECT c0 FROM home",
  "SELECT r0.c0 FROM home",
  "SELECT getenv('HOME')",
  "SELECT current_setting('access_mode')",
  "SELECT set_config('a', 'b', false)",
  "SELECT current_database()",
  "SELECT current_user",
  "SELECT current_query()",
  "SELECT error('x')",
  "SELECT getvariable('x')",
  "SELECT write_log('x')",
  "SELECT sleep_ms(100000)",
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT load_extension('x')",
  "SELECT nextval('s')",
  "SELECT txid_current()",
  "SELECT main.abs(1)",
  "SELECT system.main.getenv('HOME')",
  "SELECT rowid FROM home",
  "SELECT * FROM home AT (VERSION => 1)",
  "COPY home TO '/tmp/x'",
  "COPY (SELECT 1) TO '/tmp/x' (FORMAT parquet)",
  "COPY home FROM '/etc/passwd'",
  "EXPORT DATABASE '/tmp/x'",
  "IMPORT DATABASE '/tmp/x'",
  "ATTACH '/tmp/x.db' AS x",
  "DETACH x",
  "INSTALL httpfs",
  "LOAD httpfs",
  "PRAGMA enable_profiling",
  "PRAGMA database_list",
  "CALL enable_logging(storage = 'file')",
  "SET enable_external_access = true",
  "RESET enable_external_access",
  "CREATE TABLE x (a INT)",
  "CREATE MACRO f() AS 1",
  "CREATE SECRET s (TYPE s3)",
  "CREATE OR REPLACE VIEW home AS SELECT 1",
  "DROP TABLE home",
  "ALTER TABLE home RENAME TO x",
  "INSERT INTO home VALUES (1)",
  "UPDATE home SET co = 1",
  "DELETE FROM home",
  "TRUNCATE home",
  "MERGE INTO home USING home x ON true WHEN MATCHED THEN DELETE",
  "VACUUM",
  "ANALYZE",
  "CHECKPOINT",
  "BEGIN",
  "PREPARE x AS SELECT 1",
  "EXECUTE x",
  "USE memory",
  "KILL 1",
  "SELECT 1; DROP TABLE home",
  "SELECT 1; SELECT 2",
  "SELECT * INTO x FROM home",
  "WITH x AS (DELETE FROM home RETURNING *) SELECT * FROM x",
  "EXPLAIN DELETE FROM home",
  "EXPLAIN ANALYZE COPY home TO 'x'",
  "SELECT x FROM home PIVOT (sum(co) FOR room IN ('a'))",
  "FROM read_csv('x')",
  "SELECT unnest(glob('/*'))",
  "SELECT (SELECT getenv('HOME'))",
  "SELECT * FROM home WHERE temp = (SELECT count(*) FROM read_text('x'))",
  "",
  ";",
  "-- only a comment",
];

/** Statements that are fine and carry text that must stay text. */
const HARMLESS = [
  "SELECT '''; DROP TABLE home; --' AS x",
  "SELECT 'a\0b' || $p AS x",
  'SELECT co AS "a""; SELECT 1; --" FROM home',
  "SELECT named_struct('a\"b', 1) AS s",
  "SELECT room FROM home WHERE room = '\\' OR room = ''' OR 1=1 --'",
  "SELECT regexp_replace(room, '(a)', '$1'';--') FROM home",
  "SELECT to_char(time, '%Y''; DROP TABLE home; --') FROM home",
  "SELECT split_part(room, ''';--', 1) FROM home",
  "SELECT 1 /* '; DROP TABLE home; */ AS x -- ' trailing",
  "SELECT $$'; DROP TABLE home; --$$ AS x",
];

describe("hostile statements", () => {
  before(initParser);

  for (const sql of REFUSED) {
    it(`refuses ${sql === "" ? "an empty text" : sql}`, () => {
      assert.throws(() => compile(sql), PlanError);
    });
  }

  for (const sql of HARMLESS) {
    it(`keeps text as text: ${sql.replaceAll("\0", "\\0")}`, () => {
      const compiled = joinSources(compile(sql).text, (source) => `s${source}`);
      // Outside of literals nothing but the generated statement may remain.
      const bare = compiled.replace(/'(?:[^']|'')*'/g, "").replace(/"(?:[^"]|"")*"/g, "");
      assert.doesNotMatch(bare, /;|--|drop|\/\*/i);
      assert.ok(!compiled.includes("\0"));
    });
  }

  const deep = (open: string, close: string, count: number) =>
    `SELECT ${open.repeat(count)}1${close.repeat(count)}`;
  const shapes: Readonly<Record<string, string>> = {
    brackets: deep("(", ")", 100_000),
    calls: deep("abs(", ")", 10_000),
    minus: deep("- ", "", 50_000),
    not: `SELECT ${"NOT ".repeat(50_000)}true`,
    additions: `SELECT ${Array(50_000).fill("1").join(" + ")}`,
    conditions: `SELECT 1 WHERE ${Array(20_000).fill("1 = 1").join(" OR ")}`,
    casts: `SELECT 1${"::BIGINT".repeat(20_000)}`,
    cases: deep("CASE WHEN true THEN ", " END", 5_000),
    subqueries: `SELECT * FROM ${"(SELECT * FROM ".repeat(5_000)}home${")".repeat(5_000)}`,
    unions: Array(20_000).fill("SELECT 1").join(" UNION ALL "),
    intervals: `SELECT ${"INTERVAL ".repeat(5_000)}'1'`,
    indexes: `SELECT [1]${"[1]".repeat(20_000)}`,
    types: `SELECT 1::${"ARRAY<".repeat(5_000)}INT${">".repeat(5_000)}`,
    keywords: `SELECT 1 + ${"from + ".repeat(20_000)}1`,
    descriptions: `${"DESC ".repeat(20_000)}home`,
    retries: `SELECT ${"NOT (".repeat(40)}a b c`,
    positions: `SELECT ${"POSITION(".repeat(40)}a b c`,
    unclosed: `SELECT ${"(".repeat(50_000)}`,
    quote: `SELECT 'a${"''".repeat(200_000)}`,
    long: `SELECT '${"x".repeat(2_000_000)}'`,
  };
  for (const [name, sql] of Object.entries(shapes)) {
    it(`refuses a text of endless ${name} at once`, () => {
      assert.throws(() => compile(sql), PlanError);
    });
  }

  it("still parses afterwards", () => {
    assert.equal(compile("SELECT co FROM home").output[0]!.name, "co");
  });

  it("takes long lists and long chains of conditions", () => {
    compile(`SELECT 1 WHERE 5 IN (${Array(20_000).fill("5").join(",")})`);
    compile(`SELECT 1 FROM home WHERE ${Array(400).fill("room = 'a'").join(" OR ")}`);
    compile(`SELECT ${Array(400).fill("co + 1 AS x").join(", ")} FROM home`);
  });
});
