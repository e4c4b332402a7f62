import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as sql from "@millrace/sql";
import { QueryFailure } from "#src/query/execute/index.js";
import { Engine } from "./engine.ts";

const ENDLESS = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3";

describe("query: running in DuckDB", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(() => engine.close());

  it("stops an endless query when it is cancelled, and the connection serves the next one", async () => {
    const query = engine.start();
    const started = query.start({
      sql: ENDLESS,
      sources: [],
      files: new Map(),
      types: [sql.INT64],
      bind: () => {},
    });
    query.cancel(new QueryFailure("query_cancelled"));
    await assert.rejects(started, { code: "query_cancelled" });
    await query.close();
    assert.deepEqual(await engine.rows("SELECT 1::BIGINT", [sql.INT64]), [{ v0: 1 }]);
  });

  it("a query cancelled while it waits for a permit never starts", async () => {
    const busy = [engine.start(), engine.start()];
    const running = busy.map((query) =>
      query
        .start({ sql: ENDLESS, sources: [], files: new Map(), types: [sql.INT64], bind: () => {} })
        .catch((error) => error),
    );
    while (engine.permits.free > 0) await new Promise(setImmediate);
    const waiting = engine.start();
    const started = waiting.start({
      sql: "SELECT 1",
      sources: [],
      files: new Map(),
      types: [sql.INT64],
      bind: () => {},
    });
    waiting.cancel(new QueryFailure("query_timeout", { limit: "1s" }));
    for (const query of busy) query.cancel(new QueryFailure("query_cancelled"));
    await assert.rejects(started, { code: "query_timeout" });
    for (const outcome of await Promise.all(running)) assert.equal(outcome.code, "query_cancelled");
    await Promise.all([...busy, waiting].map((query) => query.close()));
  });

  it("a result that is not read to its end gives its connection back", async () => {
    for (let i = 0; i < 40; i++) {
      const query = engine.start();
      await query.start({
        sql: "SELECT range::BIGINT FROM range(1000000)",
        sources: [],
        files: new Map(),
        types: [sql.INT64],
        bind: () => {},
      });
      assert.equal((await query.next())?.rowCount, 2048);
      await query.close();
    }
    assert.deepEqual(await engine.rows("SELECT 7::BIGINT", [sql.INT64]), [{ v0: 7 }]);
  });

  it("more queries than permits all finish", async () => {
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        engine.rows(`SELECT sum(range)::BIGINT FROM range(${i}, ${i + 1000})`, [sql.INT64]),
      ),
    );
    results.forEach((rows, i) => {
      assert.deepEqual(rows, [{ v0: 1000 * i + 499_500 }]);
    });
  });

  const failures: readonly [statement: string, code: string, detail: string][] = [
    ["SELECT error('Divide by zero error')", "query_execution_error", "Arrow error: Divide by zero error"],
    [
      "SELECT CAST('x' || range AS BIGINT) FROM range(3)",
      "query_execution_error",
      "Arrow error: Cast error: Cannot cast string 'x0' to value of Int64 type",
    ],
    [
      "SELECT 9223372036854775807 + range FROM range(3)",
      "query_execution_error",
      "Arrow error: Arithmetic overflow: Overflow happened on: 9223372036854775807 + 1",
    ],
    [
      "SELECT nothing_like_it FROM range(3)",
      "query_execution_error",
      "Internal error: the query could not be executed; the server's log has the details",
    ],
  ];
  for (const [statement, code, detail] of failures) {
    it(`fails with the original's words: ${detail}`, async () => {
      await assert.rejects(engine.rows(statement, [sql.INT64]), (error: unknown) => {
        assert.ok(error instanceof QueryFailure);
        assert.equal(error.code, code);
        assert.equal(error.values["detail"], detail);
        return true;
      });
    });
  }
});

describe("query: a stream that fails on its way", () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(() => engine.close());

  it("fails with its reason instead of ending early", async () => {
    const statement =
      "SELECT CASE WHEN range < 2000000 THEN 1 ELSE CAST('x' || range AS BIGINT) END FROM range(4000000)";
    const query = engine.start();
    await query.start({ sql: statement, sources: [], files: new Map(), types: [sql.INT64], bind: () => {} });
    let rows = 0;
    await assert.rejects(
      async () => {
        for (let batch = await query.next(); batch !== undefined; batch = await query.next())
          rows += batch.rowCount;
      },
      { message: "Arrow error: Cast error: Cannot cast string 'x2000000' to value of Int64 type" },
    );
    assert.ok(rows > 0 && rows <= 2_000_000);
    await query.close();
  });

  it("fails when it is cancelled between two batches", async () => {
    const query = engine.start();
    await query.start({
      sql: "SELECT range FROM range(50000000)",
      sources: [],
      files: new Map(),
      types: [sql.INT64],
      bind: () => {},
    });
    await query.next();
    query.cancel(new QueryFailure("query_cancelled"));
    await assert.rejects(query.next(), { code: "query_cancelled" });
    await query.close();
  });
});

describe("query: DuckDB has no way out", () => {
  let engine: Engine;
  let directory: string;
  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "millrace-query-"));
    writeFileSync(path.join(directory, "secret.csv"), "a,b\nsecret,2\n");
    engine = await Engine.open(128_000_000);
  });
  after(() => {
    engine.close();
    rmSync(directory, { recursive: true });
  });

  it("reads and writes no file, loads nothing, and keeps its settings", async () => {
    const file = path.join(directory, "secret.csv").replaceAll("'", "''");
    const statements = [
      `SELECT * FROM read_csv('${file}')`,
      `SELECT * FROM '${file}'`,
      `SELECT * FROM read_text('${file}')`,
      `SELECT * FROM read_blob('${file}')`,
      `SELECT * FROM read_json('${file}')`,
      `SELECT * FROM read_parquet('${file}')`,
      `SELECT * FROM parquet_metadata('${file}')`,
      `SELECT * FROM sniff_csv('${file}')`,
      `SELECT * FROM glob('${path.dirname(file)}/*')`,
      `COPY (SELECT 1) TO '${file}.out'`,
      `EXPORT DATABASE '${file}.export'`,
      `ATTACH '${file}.db'`,
      `ATTACH ':memory:' AS other; ATTACH '${file}.db' AS x`,
      "INSTALL httpfs",
      "LOAD httpfs",
      `LOAD '${file}.duckdb_extension'`,
      "SET enable_external_access = true",
      "RESET enable_external_access",
      "SET memory_limit = '20GB'",
      "SET threads = 64",
      `SET temp_directory = '${path.dirname(file)}'`,
      `PRAGMA log_query_path = '${file}.log'`,
      "SET lock_configuration = false",
    ];
    for (const statement of statements) {
      await assert.rejects(engine.rows(statement, [sql.UTF8]), QueryFailure, statement);
    }
    assert.deepEqual(readdirSync(directory), ["secret.csv"]);
  });

  it("a query that needs too much memory fails alone", async () => {
    await assert.rejects(
      engine.rows("SELECT array_agg(range) FROM range(200000000)", [sql.listOf(sql.INT64)]),
      {
        code: "query_resources_exhausted",
      },
    );
    assert.deepEqual(await engine.rows("SELECT 1::BIGINT", [sql.INT64]), [{ v0: 1 }]);
  });
});
