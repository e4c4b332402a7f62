import assert from "node:assert/strict";
import { ServiceRig } from "./service-rig.ts";

/** What published plugins ask, in their own words: docs/reference/processing-engine.md, "influxdb3_local". */
describe("queries that published plugins make", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await ServiceRig.open();
    const write = await rig.table(
      "db",
      "home",
      ["room"],
      [
        { name: "temp", type: "float64" },
        { name: "n", type: "int64" },
        { name: "u", type: "uint64" },
        { name: "ok", type: "bool" },
        { name: "note", type: "utf8" },
      ],
    );
    const at = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;
    write([
      { tags: { room: "Kitchen" }, time: at("2025-01-01T00:01:00Z"), fields: { temp: 20, n: 1n } },
      { tags: { room: "Kitchen" }, time: at("2025-01-01T00:02:00Z"), fields: { temp: 22, n: 2n } },
      { tags: { room: "Bath" }, time: at("2025-01-01T00:11:00Z"), fields: { temp: 24, n: 3n } },
    ]);
  });
  after(() => rig.close());

  const ask = async (sql: string, params: Record<string, string> = {}) =>
    JSON.parse(await rig.text(sql, { params })) as Record<string, unknown>[];

  it("SHOW TABLES tells user tables from others", async () => {
    const rows = await ask("SHOW TABLES");
    assert.deepEqual(Object.keys(rows[0]!), ["table_catalog", "table_schema", "table_name", "table_type"]);
    const own = rows.filter((row) => row["table_schema"] === "iox").map((row) => row["table_name"]);
    assert.deepEqual(own, ["home"]);
    assert.equal(rows[0]!["table_type"], "BASE TABLE");
  });

  it("information_schema.columns gives the types of a table named by a parameter", async () => {
    const rows = await ask(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $table ORDER BY column_name",
      { table: "home" },
    );
    assert.deepEqual(
      rows.map(({ column_name, data_type }) => [column_name, data_type]),
      [
        ["n", "Int64"],
        ["note", "Utf8"],
        ["ok", "Boolean"],
        ["room", "Dictionary(Int32, Utf8)"],
        ["temp", "Float64"],
        ["time", "Timestamp(ns)"],
        ["u", "UInt64"],
      ],
    );
  });

  it("parameters are texts that take the type of their place, and no part of string literals", async () => {
    assert.deepEqual(await ask("SELECT count(*) AS c FROM home WHERE room = '$room'", { room: "Kitchen" }), [
      { c: 0 },
    ]);
    assert.deepEqual(await ask("SELECT count(*) AS c FROM home WHERE room = $room", { room: "Kitchen" }), [
      { c: 2 },
    ]);
    for (const start of ["2025-01-01T00:02:00Z", "2025-01-01 00:02:00", "2025-01-01 00:02:00+00:00"]) {
      assert.deepEqual(await ask("SELECT count(*) AS c FROM home WHERE time >= $start", { start }), [
        { c: 2 },
      ]);
    }
    assert.deepEqual(await ask("SELECT count(*) AS c FROM home WHERE n >= CAST($n AS BIGINT)", { n: "2" }), [
      { c: 2 },
    ]);
    const ns = String(Date.parse("2025-01-01T00:10:00Z") * 1e6);
    assert.deepEqual(
      await ask("SELECT count(*) AS c FROM home WHERE time > to_timestamp_nanos(arrow_cast($p, 'Int64'))", {
        p: ns,
      }),
      [{ c: 1 }],
    );
    await assert.rejects(ask("SELECT * FROM $table", { table: "home" }));
    await assert.rejects(ask("SELECT * FROM home WHERE room = $missing"), /while planning query/);
  });

  it("names may be quoted like identifiers or like strings", async () => {
    for (const table of ['"home"', "'home'", "home", "iox.home"]) {
      assert.deepEqual(await ask(`SELECT count(*) AS c FROM ${table}`), [{ c: 3 }], table);
    }
  });

  it("time is cut into bins, and compared with now", async () => {
    const rows = await ask(
      "SELECT DATE_BIN(INTERVAL '10 minutes', time, '1970-01-01T00:00:00Z') AS bin, avg(temp) AS temp FROM home GROUP BY bin ORDER BY bin",
    );
    assert.deepEqual(rows, [
      { bin: "2025-01-01T00:00:00", temp: 21 },
      { bin: "2025-01-01T00:10:00", temp: 24 },
    ]);
    assert.deepEqual(await ask("SELECT count(*) AS c FROM home WHERE time > now() - INTERVAL '5 minutes'"), [
      { c: 0 },
    ]);
  });

  it("aggregates", async () => {
    const [row] = await ask(
      "SELECT avg(temp), sum(n), min(temp), max(temp), count(temp), median(temp), stddev(temp), var(temp), " +
        "approx_median(temp), first_value(temp ORDER BY time), last_value(temp ORDER BY time) FROM home",
    );
    assert.deepEqual(Object.values(row!), [22, 6, 20, 24, 3, 22, 2, 4, 22, 20, 24]);
  });

  it("columns come in the order of their names", async () => {
    const [row] = await ask("SELECT * FROM home WHERE temp = 24");
    assert.deepEqual(Object.keys(row!), ["n", "room", "temp", "time"]);
  });
});
