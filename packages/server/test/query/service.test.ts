import assert from "node:assert/strict";
import { ServiceRig } from "./service-rig.ts";

const HOUR_NS = 3_600_000_000_000n;
const START_NS = 1_641_024_000_000_000_000n;

describe("query service: answers", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await ServiceRig.open();
    const write = await rig.table(
      "db",
      "home",
      ["room"],
      [
        { name: "temp", type: "float64" },
        { name: "co", type: "int64" },
        { name: "note", type: "utf8" },
      ],
    );
    write([
      { tags: { room: "Kitchen" }, time: START_NS, fields: { temp: 21, co: 0n } },
      { tags: { room: "Living Room" }, time: START_NS + 1n, fields: { temp: 21.5, note: "quiet" } },
      { tags: { room: "Kitchen" }, time: START_NS + HOUR_NS, fields: { temp: 23, co: 2n ** 60n } },
    ]);
  });
  after(() => rig.close());

  it("SELECT * in order of series and time, columns by name, in all formats", async () => {
    const sql = "SELECT * FROM home";
    assert.equal(
      await rig.text(sql),
      '[{"co":0,"room":"Kitchen","temp":21.0,"time":"2022-01-01T08:00:00"},' +
        '{"co":1152921504606846976,"room":"Kitchen","temp":23.0,"time":"2022-01-01T09:00:00"},' +
        '{"note":"quiet","room":"Living Room","temp":21.5,"time":"2022-01-01T08:00:00.000000001"}]',
    );
    assert.equal(
      await rig.text(sql, { format: "csv" }),
      "co,note,room,temp,time\n0,,Kitchen,21.0,2022-01-01T08:00:00\n" +
        "1152921504606846976,,Kitchen,23.0,2022-01-01T09:00:00\n" +
        ",quiet,Living Room,21.5,2022-01-01T08:00:00.000000001\n",
    );
    assert.equal(
      await rig.text("SELECT room, temp FROM home WHERE temp > 22", { format: "pretty" }),
      "+---------+------+\n| room    | temp |\n+---------+------+\n| Kitchen | 23.0 |\n+---------+------+",
    );
    assert.equal(
      await rig.text("SELECT temp FROM home WHERE room = 'Kitchen'", { format: "jsonl" }),
      '{"temp":21.0}\n{"temp":23.0}\n',
    );
  });

  it("an empty result in its empty form", async () => {
    const sql = "SELECT * FROM home WHERE temp > 100";
    assert.equal(await rig.text(sql), "[]");
    assert.equal(await rig.text(sql, { format: "jsonl" }), "");
    assert.equal(await rig.text(sql, { format: "csv" }), "");
    assert.equal(await rig.text(sql, { format: "pretty" }), "++\n++");
  });

  it("parameters of every JSON type", async () => {
    const count = async (
      condition: string,
      params: Record<string, string | number | bigint | boolean | null>,
    ) => (await rig.rows(`SELECT count(*) AS n FROM home WHERE ${condition}`, { params }))[0]!["n"];
    assert.equal(await count("room = $room", { room: "Kitchen" }), 2);
    assert.equal(await count("temp > $limit", { limit: 21.25 }), 2);
    assert.equal(await count("co = $co", { co: 2n ** 60n }), 1);
    assert.equal(await count("time >= $start", { start: "2022-01-01T09:00:00Z" }), 1);
    assert.equal(await count("$all", { all: true, unused: null }), 3);
    assert.equal(await count("room = $room OR $room IS NULL", { room: null }), 3);
    assert.equal(await count("room = $room", { room: "x'; DROP TABLE home; --" }), 0);
  });

  it("the schema, through SHOW, DESCRIBE and information_schema", async () => {
    const tables = await rig.rows("SHOW TABLES");
    assert.deepEqual(tables[0], {
      table_catalog: "public",
      table_schema: "iox",
      table_name: "home",
      table_type: "BASE TABLE",
    });
    assert.deepEqual(
      tables.filter((row) => row["table_schema"] === "system").map((row) => row["table_name"]),
      [
        "distinct_caches",
        "influxdb_schema",
        "last_caches",
        "parquet_files",
        "processing_engine_logs",
        "processing_engine_trigger_arguments",
        "processing_engine_triggers",
        "queries",
      ],
    );
    const columns = await rig.rows(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $table",
      { params: { table: "home" } },
    );
    assert.deepEqual(
      columns.map((row) => [row["column_name"], row["data_type"]]),
      [
        ["co", "Int64"],
        ["note", "Utf8"],
        ["room", "Dictionary(Int32, Utf8)"],
        ["temp", "Float64"],
        ["time", "Timestamp(ns)"],
      ],
    );
  });

  it("what was created a moment ago, without waiting for anything", async () => {
    const write = await rig.table("fresh", "t", ["tag"], [{ name: "f", type: "float64" }]);
    write([{ tags: { tag: "a" }, time: 1n, fields: { f: 1 } }]);
    assert.deepEqual(await rig.rows("SELECT tag, f FROM t", { database: "fresh" }), [{ tag: "a", f: 1 }]);
    write([{ tags: { tag: "b" }, time: 2n, fields: { f: 2 } }]);
    assert.deepEqual(await rig.rows("SELECT count(*) AS n FROM t", { database: "fresh" }), [{ n: 2 }]);
  });

  it("nothing of a deleted table or database", async () => {
    const write = await rig.table("gone", "t", [], [{ name: "f", type: "float64" }]);
    write([{ tags: {}, time: 1n, fields: { f: 1 } }]);
    await rig.catalog.databaseCommands.deleteTable("gone", "t", { kind: "default" });
    await assert.rejects(rig.rows("SELECT * FROM t", { database: "gone" }), { status: 400 });
    await rig.catalog.databaseCommands.deleteDatabase("gone", { kind: "default" });
    await assert.rejects(rig.rows("SELECT 1", { database: "gone" }), { status: 404 });
  });

  it("no rows older than the retention period", async () => {
    const write = await rig.table("short", "t", [], [{ name: "f", type: "float64" }]);
    const now = BigInt(Date.now()) * 1_000_000n;
    write([
      { tags: {}, time: now - 2n * HOUR_NS, fields: { f: 1 } },
      { tags: {}, time: now, fields: { f: 2 } },
    ]);
    await rig.catalog.databaseCommands.setRetention("short", HOUR_NS);
    assert.deepEqual(await rig.rows("SELECT f FROM t", { database: "short" }), [{ f: 2 }]);
    await rig.catalog.databaseCommands.setRetention("short", null);
    assert.equal((await rig.rows("SELECT f FROM t", { database: "short" })).length, 2);
  });

  it("names that differ in case only", async () => {
    const write = await rig.table(
      "case",
      "T",
      ["Tag", "tag"],
      [
        { name: "F", type: "float64" },
        { name: "f", type: "int64" },
      ],
    );
    write([{ tags: { Tag: "A", tag: "a" }, time: 1n, fields: { F: 1.5, f: 2n } }]);
    assert.equal(
      await rig.text('SELECT "F", f, "Tag", tag FROM "T"', { database: "case" }),
      '[{"F":1.5,"f":2,"Tag":"A","tag":"a"}]',
    );
  });

  it("many queries at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        rig.rows(`SELECT ${i} AS i, count(*) AS n FROM home WHERE co >= 0`),
      ),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 40 }, (_, i) => [{ i, n: 2 }]),
    );
  });

  const refusals: readonly [sql: string, status: number, message: RegExp][] = [
    [
      "SELECT * FROM nope",
      400,
      /^error while planning query: Error during planning: table 'public\.iox\.nope' not found$/,
    ],
    ["SELECT nope FROM home", 400, /^error while planning query: Schema error: No field named nope\./],
    ["SELEC 1", 400, /^error while planning query: SQL error: ParserError\("/],
    ["SELECT nope(1)", 400, /Invalid function 'nope'/],
    ["SELECT 1; SELECT 2", 400, /single SQL statement/],
    ["DROP TABLE home", 400, /DDL not supported/],
    ["INSERT INTO home VALUES (1)", 400, /DML not supported/],
    ["SELECT * FROM home WHERE room = $room", 400, /No value found for placeholder with name \$room/],
    ["SELECT co / 0 FROM home", 500, /Divide by zero error/],
    ["SELECT CAST(room AS BIGINT) FROM home", 500, /Cannot cast string 'Kitchen' to value of Int64 type/],
    ["SELECT * FROM read_csv('/etc/passwd')", 400, /./],
    ["SELECT * FROM 'home.csv'", 400, /./],
    ["SELECT getenv('HOME')", 400, /Invalid function 'getenv'/],
    ["SELECT * FROM duckdb_settings()", 400, /./],
    ["SELECT * FROM millrace_scan(0)", 400, /./],
  ];
  for (const [sql, status, message] of refusals) {
    it(`${status} for ${sql}`, async () => {
      await assert.rejects(rig.text(sql), { status, message });
    });
  }

  it("400 for a name that no database can have", async () => {
    await assert.rejects(rig.text("SELECT 1", { database: "föö" }), { status: 400, style: "json" });
    await assert.rejects(rig.text("SELECT 1", { database: "" }), { message: "db name cannot be empty" });
  });

  it("404 for a database that does not exist", async () => {
    await assert.rejects(rig.text("SELECT 1", { database: "nope" }), {
      status: 404,
      style: "json",
      message: "query error: database not found: nope",
    });
  });
});
