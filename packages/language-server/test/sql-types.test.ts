import assert from "node:assert/strict";
import { plugin, type SqlServer, startSqlServer } from "./support/sql.ts";

describe("rows of queries", () => {
  let sql: SqlServer;

  before(async () => {
    sql = await startSqlServer();
  });

  after(() => sql.stop());

  const open = (lines: string) => sql.server.editor.open(plugin(lines));
  const rows = (call: string, key: string) =>
    `rows = ${call}\nfor row in rows:\n    influxdb3_local.info(row[${key}])`;

  const known: [what: string, call: string][] = [
    ["a literal", 'influxdb3_local.query("SELECT host, avg(usage) AS mean FROM cpu GROUP BY host")'],
    [
      "two literals",
      'influxdb3_local.query(\n    "SELECT host, avg(usage) AS mean "\n    "FROM cpu GROUP BY host"\n)',
    ],
    ["triple quotes", 'influxdb3_local.query("""\n    SELECT host, 1.5 AS mean\n    FROM cpu\n""")'],
    ["parameters", 'influxdb3_local.query("SELECT host, n AS mean FROM cpu WHERE host = $h", {"h": "x"})'],
    [
      "a join",
      'influxdb3_local.query("SELECT c.host, m.free AS mean FROM cpu c JOIN mem m ON c.host = m.host")',
    ],
  ];
  for (const [what, call] of known) {
    it(`have the columns of ${what}`, async () => {
      const labels = (await (await open(rows(call, '"‸"'))).complete()).map((item) => item.label);
      assert.deepEqual(labels.sort(), ['"host"', '"mean"']);
      const [found] = await (await open(rows(call, '«"hots"»'))).expect("unknown-column");
      assert.match(String(found!.message), /returns no column 'hots'; did you mean 'host'/);
    });
  }

  it("have the columns of a variable", async () => {
    const lines = `sql = "SELECT host FROM cpu"\n${rows("influxdb3_local.query(sql)", '«"hots"»')}`;
    await (await open(lines)).expect("unknown-column");
  });

  it("have the types of the columns", async () => {
    const file = await open(
      'ro‸w = influxdb3_local.query("SELECT n, usage, host, time FROM cpu")[0]\nrow["us‸age"]',
    );
    assert.match(await file.hoverText(), /QueryRow_\d+/);
  });

  const unknown: [what: string, call: string][] = [
    ["columns of the same name", 'influxdb3_local.query("SELECT cpu.host, mem.host FROM cpu, mem")'],
    ["f-strings", 'influxdb3_local.query(f"SELECT host FROM {args}")'],
    ["tables that are not there", 'influxdb3_local.query("SELECT host FROM later", database="other")'],
    ["statements without rows of tables", 'influxdb3_local.query("SHOW TABLES")'],
  ];
  for (const [what, call] of unknown) {
    it(`have any columns with ${what}`, async () => {
      await (await open(rows(call, '"anything"'))).expect();
    });
  }

  it("are known as soon as their server is, also to plugins that were open before", async () => {
    const { connection } = sql.server;
    await connection.sendRequest("millrace/setConnection", null);
    const file = await open(rows('influxdb3_local.query("SELECT host FROM cpu")', '«"hots"»'));
    await file.expect();
    await connection.sendRequest("millrace/setConnection", sql.connection);
    await file.expect("unknown-column");
  });
});
