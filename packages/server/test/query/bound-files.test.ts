import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { FLOAT64, initParser, schemaModelOf, TAG, TIMESTAMP, UTF8 } from "@millrace/sql";
import { compileQuery } from "#src/query/rewrite/index.js";
import { type RowSources, SourceBinder, type StoredTable, TagEntryCache } from "#src/query/sources/index.js";
import type { DataFile } from "#src/storage/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { Engine } from "./engine.ts";

const HOUR_NS = 3_600_000_000_000n;

/** In the order of names: host, late, time, v. */
const table: StoredTable = {
  id: 1,
  schema: {
    schema: "iox",
    name: "cpu",
    columns: [
      { name: "host", kind: "tag", type: TAG, nullable: true },
      { name: "late", kind: "field", type: UTF8, nullable: true },
      { name: "time", kind: "time", type: TIMESTAMP, nullable: false },
      { name: "v", kind: "field", type: FLOAT64, nullable: true },
    ],
  },
  columns: [
    { kind: "tag", type: TAG, columnId: 1, tagIndex: 0 },
    { kind: "field", type: UTF8, columnId: 3 },
    { kind: "time", type: TIMESTAMP, columnId: 0 },
    { kind: "field", type: FLOAT64, columnId: 2 },
  ],
  timeIndex: 2,
  fileColumns: [],
  keyIndexes: [2, 0],
};

function nothingToMerge(): never {
  throw new Error("nothing is merged here");
}

describe("query: statements over data files", () => {
  const directory = temporaryDirectory();
  let engine: Engine;
  let files: DataFile[];

  before(initParser);
  beforeEach(async () => {
    const data = path.join(directory.path, "n1", "dbs");
    mkdirSync(data, { recursive: true });
    engine = await Engine.open(512_000_000, [data]);
    files = [await write(data, 1, 0), await write(data, 2, 100)];
  });
  afterEach(() => engine.close());

  /** A file of another writer: only the columns' ids are those of the table. */
  async function write(data: string, id: number, firstHour: number): Promise<DataFile> {
    const key = `n1/dbs/${id}.parquet`;
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 'h' || (i // 24) AS x, make_timestamp_ns(${BigInt(firstHour) * HOUR_NS} + (i % 24) * ${HOUR_NS}) AS y, i::DOUBLE AS "LATE"
        FROM range(240) AS t(i)) TO '${path.join(data, `${id}.parquet`)}'
        (FORMAT parquet, FIELD_IDS {x: 1, y: 0, "LATE": 2})`,
    );
    connection.closeSync();
    const minTimeNs = BigInt(firstHour) * HOUR_NS;
    return {
      id,
      key,
      databaseId: 1,
      tableId: 1,
      day: 0,
      sizeBytes: 1,
      rowCount: 1_000_000,
      minTimeNs,
      maxTimeNs: minTimeNs + 23n * HOUR_NS,
      firstSnapshot: id,
      lastSnapshot: id,
      columnIds: [0, 1, 2],
      createdAtMs: 0,
    };
  }

  function sourcesOf(all: readonly DataFile[], released: string[], onPin: () => void = () => {}): RowSources {
    return {
      pin() {
        onPin();
        return { parts: new Map([[1, { files: all, views: [] }]]), release: () => released.push("view") };
      },
      acquire: async (keys) => ({
        paths: keys.map((key) => path.join(directory.path, key)),
        release: () => released.push("files"),
      }),
      opener: () => ({
        ofFile: nothingToMerge,
        ofView: nothingToMerge,
        merged: nothingToMerge,
        close: () => {},
      }),
      systemRows: async () => [],
      tagEntries: new TagEntryCache(),
      fileLimit: undefined,
    };
  }

  async function bound(sql: string) {
    const model = schemaModelOf([table.schema]);
    const query = compileQuery(sql, model, { nowNs: 0n, params: {}, database: "db" });
    const released: string[] = [];
    const sources = sourcesOf(files, released);
    const database = { id: 1, model, retentionPeriodNs: null, table: () => table };
    const sourcesOfQuery = await new SourceBinder(sources).bind(query, database, 0n);
    return { query, sources: sourcesOfQuery!, released };
  }

  async function ask(sql: string) {
    const { query, sources } = await bound(sql);
    const types = query.output.map((column) => column.type);
    return engine.rows(sources.sql, types, sources.scans, query.params);
  }

  it("find columns by their ids, and have NULL for those that a file lacks", async () => {
    assert.deepEqual(
      await ask("SELECT host, v, late FROM cpu WHERE time = '1970-01-01T05:00:00' AND v < 40"),
      [
        { v0: "h0", v1: 5 },
        { v0: "h1", v1: 29 },
      ],
    );
    assert.deepEqual(await ask("SELECT count(*), count(late), count(v) FROM cpu WHERE late IS NULL"), [
      { v0: 480, v1: 0, v2: 480 },
    ]);
  });

  it("read only the files of the range, and count without reading a column", async () => {
    assert.deepEqual(await ask("SELECT count(*) FROM cpu"), [{ v0: 480 }]);
    assert.deepEqual(await ask("SELECT count(*) FROM cpu WHERE time >= '1970-01-03T00:00:00'"), [
      { v0: 240 },
    ]);
    const { sources } = await bound("SELECT count(*) FROM cpu WHERE time >= '1970-01-03T00:00:00'");
    assert.deepEqual([...sources.files.values()], ["n1/dbs/2.parquet"]);
  });

  it("hand conditions on tags, times and fields down to the files", async () => {
    const conditions = "host = 'h3' AND time > '1970-01-01T05:00:00' AND v > 7";
    const { query, sources } = await bound(`SELECT max(v) FROM cpu WHERE ${conditions}`);
    const rows = await engine.rows(`EXPLAIN ${sources.sql}`, [UTF8, UTF8], [], query.params);
    const plan = String(rows[0]!["v1"]).replace(/[│\s]+/g, "");
    const scan = plan.slice(plan.indexOf("READ_PARQUET"));
    assert.match(scan, /c0='h3'/);
    assert.match(scan, /c3>7/);
    assert.match(scan, /c2>='?1970-01-01/);
  });

  it("are compiled anew when a table gets a column before its rows are pinned", async () => {
    const released: string[] = [];
    const model = schemaModelOf([table.schema]);
    const query = compileQuery("SELECT count(*) FROM cpu", model, { nowNs: 0n, params: {}, database: "db" });
    let current = table;
    const binder = new SourceBinder(
      sourcesOf(files, released, () => {
        current = { ...table };
      }),
    );
    const database = { id: 1, model, retentionPeriodNs: null, table: () => current };
    assert.equal(await binder.bind(query, database, 0n), undefined);
    assert.deepEqual(released, ["view"]);
  });

  it("release what they hold once", async () => {
    const { sources, released } = await bound("SELECT count(*) FROM cpu a, cpu b");
    sources.release();
    assert.deepEqual(released.toSorted(), ["files", "view"]);
  });
});
