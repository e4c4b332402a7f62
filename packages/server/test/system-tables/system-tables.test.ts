import assert from "node:assert/strict";
import { arrowTypeName } from "@millrace/sql";
import type { DataFile } from "#src/storage/index.js";
import { createSystemTables } from "#src/system-tables/index.js";
import { ServiceRig } from "../query/service-rig.ts";
import { contract } from "./contract.ts";
import { engine } from "./engine-rows.ts";

describe("system tables", () => {
  let rig: ServiceRig;
  let files: DataFile[] = [];
  before(async () => {
    const filesOfTable = (tableId: number) => files.filter((file) => file.tableId === tableId);
    rig = await ServiceRig.open({ system: { engine: () => engine, filesOfTable } });
    await rig.table(
      "db",
      "home",
      ["room", "floor"],
      [
        { name: "temp", type: "float64" },
        { name: "co", type: "int64" },
        { name: "n", type: "uint64" },
        { name: "ok", type: "bool" },
        { name: "note", type: "utf8" },
      ],
    );
  });
  after(() => rig.close());

  const internal = (sql: string) => rig.text(sql, { database: "_internal" });

  it("have exactly the columns and types of the contract", () => {
    const { internal: all } = createSystemTables({
      catalog: rig.catalog,
      queryLog: rig.queryLog,
      filesOfTable: () => [],
      engine: () => engine,
      node: () => assert.fail("rows were not asked for"),
      generationDurations: [],
      authentication: true,
    });
    const nameOf = ({ schema, name }: { schema: string; name: string }) => `${schema}.${name}`;
    const found = all.map((table) => [
      nameOf(table),
      table.columns.map(({ name, type, nullable }) => `${name} ${arrowTypeName(type)}${nullable ? "?" : ""}`),
    ]);
    assert.deepEqual(found, contract);
  });

  it("influxdb_schema has a row for each column", async () => {
    assert.deepEqual(await rig.rows("SELECT * FROM system.influxdb_schema"), [
      { measurement: "home", key: "co", data_type: "integer" },
      { measurement: "home", key: "floor", data_type: "tag" },
      { measurement: "home", key: "n", data_type: "uinteger" },
      { measurement: "home", key: "note", data_type: "string" },
      { measurement: "home", key: "ok", data_type: "boolean" },
      { measurement: "home", key: "room", data_type: "tag" },
      { measurement: "home", key: "temp", data_type: "float" },
      { measurement: "home", key: "time", data_type: "time" },
    ]);
  });

  it("the engine's tables show what the engine says", async () => {
    assert.equal(
      await rig.text("SELECT * FROM system.processing_engine_logs ORDER BY event_time DESC LIMIT 1"),
      '[{"event_time":"2023-11-14T22:13:20.000000002","trigger_name":"t1","log_level":"ERROR","log_text":"bad \\"thing\\""}]',
    );
    assert.deepEqual(await rig.rows("SELECT * FROM system.processing_engine_triggers"), [
      {
        trigger_name: "t1",
        plugin_filename: "p.py",
        trigger_specification: '{"single_table_wal_write":{"table_name":"home"}}',
        disabled: false,
        error_behavior: "log",
      },
    ]);
    assert.deepEqual(await rig.rows("SELECT * FROM system.processing_engine_trigger_arguments"), [
      { trigger_name: "t1", argument_key: "arg1", argument_value: "hello" },
    ]);
    assert.equal(
      await internal("SELECT * FROM system.plugin_files"),
      '[{"plugin_name":"t1","file_name":"p.py","file_path":"/plugins/p.py","size_bytes":12,"last_modified":1000}]',
    );
  });

  it("queries shows the last ones of its database, running ones included", async () => {
    await rig.text("SELECT 40 + 2 AS answer");
    await assert.rejects(rig.text("SELECT nope FROM home"));
    const rows = await rig.rows(
      "SELECT query_text, phase, query_type, success, running, cancelled, end2end_duration FROM system.queries ORDER BY issue_time DESC LIMIT 3",
    );
    assert.deepEqual(
      rows.map(({ phase, query_type, success, running, cancelled }) => [
        phase,
        query_type,
        success,
        running,
        cancelled,
      ]),
      [
        ["received", "sql", false, true, false],
        ["fail", "sql", false, false, false],
        ["success", "sql", true, false, false],
      ],
    );
    assert.equal(rows[2]!["query_text"], "SELECT 40 + 2 AS answer");
    assert.match(String(rows[2]!["end2end_duration"]), /^PT\d+\.\d+S$/);
    assert.equal(
      await internal("SELECT count(*) AS n FROM system.queries WHERE query_text = 'SELECT 40 + 2 AS answer'"),
      '[{"n":0}]',
    );
  });

  it("the caches and files are empty tables", async () => {
    for (const name of ["distinct_caches", "last_caches", "parquet_files"]) {
      assert.equal(await rig.text(`SELECT * FROM system.${name}`, { format: "pretty" }), "++\n++");
    }
  });

  it("parquet_files lists the data files of the database's tables", async () => {
    const table = rig.catalog.database("db")!.table("home")!;
    const file = (id: number, tableId: number): DataFile => ({
      id,
      key: `n1/dbs/${table.databaseId}/${tableId}/2023-11-14/${id}.parquet`,
      databaseId: table.databaseId,
      tableId,
      day: 19_675,
      sizeBytes: 1234,
      rowCount: 5,
      minTimeNs: 1_700_000_000_000_000_001n,
      maxTimeNs: 1_700_000_000_000_000_009n,
      firstSnapshot: id,
      lastSnapshot: id,
      columnIds: [0],
      createdAtMs: 0,
    });
    files = [file(1, table.id), file(2, table.id), file(3, table.id + 1)];
    assert.equal(
      await rig.text("SELECT * FROM system.parquet_files WHERE table_name = 'home' ORDER BY path"),
      `[{"table_name":"home","path":"n1/dbs/1/${table.id}/2023-11-14/1.parquet","size_bytes":1234,"row_count":5,` +
        `"min_time":1700000000000000001,"max_time":1700000000000000009},` +
        `{"table_name":"home","path":"n1/dbs/1/${table.id}/2023-11-14/2.parquet","size_bytes":1234,"row_count":5,` +
        `"min_time":1700000000000000001,"max_time":1700000000000000009}]`,
    );
    assert.equal(await internal("SELECT count(*) AS n FROM system.parquet_files"), '[{"n":0}]');
    files = [];
  });

  it("_internal shows the instance", async () => {
    await rig.catalog.databaseCommands.createDatabase("kept", { retentionPeriodNs: 86_400_000_000_000n });
    const databases = JSON.parse(
      await internal("SELECT * FROM system.databases ORDER BY database_name"),
    ) as unknown;
    assert.deepEqual(databases, [
      { database_name: "_internal", retention_period_ns: 604_800_000_000_000, deleted: false },
      { database_name: "db", deleted: false },
      { database_name: "kept", retention_period_ns: 86_400_000_000_000, deleted: false },
    ]);
    assert.equal(
      await internal("SELECT * FROM system.tables"),
      '[{"database_name":"db","table_name":"home","column_count":8,"series_key_columns":"room, floor",' +
        '"last_cache_count":0,"distinct_cache_count":0,"deleted":false}]',
    );
    assert.equal(
      await internal("SELECT * FROM system.generation_durations"),
      '[{"level":1,"duration_seconds":600}]',
    );
    assert.equal(
      await internal("SELECT * FROM system.nodes"),
      '[{"node_id":"n1","node_catalog_id":0,"instance_id":"i1","mode":["core"],"core_count":2,"state":"running",' +
        '"updated_at":"2023-11-14T22:13:20","cli_params":"{}"}]',
    );
  });

  it("tokens shows too little of a token to use it", async () => {
    const { token } = await rig.catalog.tokenCommands.createAdmin();
    const [row] = JSON.parse(await internal("SELECT * FROM system.tokens")) as Record<string, unknown>[];
    assert.equal(row!["name"], "_admin");
    assert.match(String(row!["hash"]), /^[0-9a-f]{9}$/);
    assert.equal(row!["permissions"], "*:*:*");
    assert.ok(!JSON.stringify(row).includes(token));
  });

  it("instance tables are not visible elsewhere, and system tables only under their schema", async () => {
    await assert.rejects(rig.text("SELECT * FROM system.databases"), { status: 400 });
    await assert.rejects(rig.text("SELECT * FROM queries"), { status: 400 });
  });

  it("of our own are in no listing, and can be described and asked", async () => {
    for (const database of ["db", "_internal"]) {
      const listed = await rig.text("SHOW TABLES", { database });
      assert.ok(!listed.includes("millrace"), listed);
      for (const view of ["tables", "columns", "schemata"]) {
        const text = await rig.text(`SELECT * FROM information_schema.${view}`, { database });
        assert.ok(!text.includes("millrace"), view);
      }
    }
    const [first] = await rig.rows("SHOW COLUMNS FROM millrace.plugin_runs");
    assert.deepEqual([first!["column_name"], first!["data_type"]], ["run_id", "Utf8"]);
    await assert.rejects(rig.text("SELECT * FROM plugin_runs"), { status: 400 });
    await assert.rejects(rig.text("SELECT * FROM system.plugin_runs"), { status: 400 });
    await assert.rejects(rig.text("SELECT * FROM millrace.queries"), { status: 400 });
  });

  it("without authentication there is no table of tokens", async () => {
    const open = await ServiceRig.open({ system: { authentication: false } });
    await assert.rejects(open.text("SELECT * FROM system.tokens", { database: "_internal" }), {
      status: 400,
    });
    await open.close();
  });
});
