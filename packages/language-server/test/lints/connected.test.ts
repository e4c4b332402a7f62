import { plugin, type SqlServer, startSqlServer } from "../support/sql.ts";

describe("checks of queries beside a known database", () => {
  let sql: SqlServer;

  before(async () => {
    sql = await startSqlServer();
  });

  after(() => sql.stop());

  it("say once that a parameter is no text", async () => {
    const file = await sql.server.editor.open(
      plugin('influxdb3_local.query("SELECT host FROM cpu WHERE n > $limit", «{"limit": 5}»)'),
    );
    await file.expect("non-string-parameter");
  });

  it("say once that a query has too many arguments", async () => {
    const file = await sql.server.editor.open(
      plugin('rows = influxdb3_local.«query»("SELECT host FROM cpu", {}, "db", 5)'),
    );
    await file.expect("wrong-arguments");
  });

  it("say once that a parameter is missing, and in quotes", async () => {
    const file = await sql.server.editor.open(
      plugin(
        `influxdb3_local.query("SELECT host FROM cpu WHERE n > «$limit» AND host = '«$host»'", {"host": "a"})`,
      ),
    );
    await file.expect("missing-parameter", "quoted-parameter");
  });
});
