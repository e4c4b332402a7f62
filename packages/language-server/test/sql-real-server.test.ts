import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startServer as startDatabase, type TestServer } from "../../../test/support/server.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { expectSql, plugin } from "./support/sql.ts";

const program = fileURLToPath(new URL("../bin/millrace-language-server.mjs", import.meta.url));
const LINES = ["home,room=Kitchen temp=21.5,Hum=35i 1", "home,room=Bath temp=20.0 2"].join("\n");

describe("SQL against a real server, in the language server as it is installed", () => {
  let database: TestServer;
  let server: RunningServer;

  before(async function () {
    this.timeout(30_000);
    assert.ok(existsSync(new URL("../bundle/main.js", import.meta.url)), "run `npm run build` first");
    database = await startDatabase({ withoutAuth: true });
    await write(LINES);
    const env = { INFLUXDB3_HOST_URL: database.url, INFLUXDB3_DATABASE_NAME: "sensors" };
    server = await startServer({ program, env });
    await server.notification("millrace/connectionChanged", (it) => (it as { tables?: number }).tables === 1);
  });

  after(async () => {
    await server.stop();
    await database.stop();
  });

  async function write(lines: string): Promise<void> {
    const url = `${database.url}/api/v3/write_lp?db=sensors&precision=second`;
    const { status } = await fetch(url, { method: "POST", body: lines });
    assert.ok(status < 300);
  }

  const open = (lines: string) => server.editor.open(plugin(lines));

  it("knows its tables and columns", async () => {
    const file = await open(
      'influxdb3_local.query("SELECT room, «tem» FROM home")\ninfluxdb3_local.query("SELECT * FROM «hom»")',
    );
    await expectSql(file, "sql-unknown-column", "sql-unknown-table");
    const hover = await open('influxdb3_local.query("SELECT room FROM ho‸me")');
    assert.match(await hover.hoverText(), /`Hum` \| field \| Int64[\s\S]*`room` \| tag[\s\S]*`time` \| time/);
  });

  it("knows its system tables", async () => {
    await expectSql(await open('influxdb3_local.query("SELECT query_text FROM system.queries")'));
    await expectSql(
      await open('influxdb3_local.query("SELECT 1 FROM system.«querys»")'),
      "sql-unknown-table",
    );
  });

  it("knows the columns of rows", async () => {
    const file = await open('influxdb3_local.query("SELECT avg(temp) AS mean FROM home")[0][«"men"»]');
    await file.expect("unknown-column");
  });

  it("learns of a new table", async () => {
    const file = await open('influxdb3_local.query("SELECT * FROM «later»")');
    await expectSql(file, "sql-unknown-table");
    await write("later a=1 1");
    await server.connection.sendRequest("millrace/refreshSchema");
    await expectSql(file);
  });

  it("says when the database is not there", async () => {
    const answer = await server.connection.sendRequest<{ state: string; message: string }>(
      "millrace/setConnection",
      { host: database.url, database: "nowhere" },
    );
    assert.equal(answer.state, "failed");
    assert.match(answer.message, /nowhere/);
  });
});
