import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { influxdb3 } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { startServer, type TestServer } from "./support/server.ts";

const PLUGIN = `import json

def process_writes(influxdb3_local, table_batches, args=None):
    for sql in json.loads(args["statements"].replace("|", ",")):
        database, _, text = sql.rpartition("@")
        try:
            rows = influxdb3_local.query(text, {"room": "Kitchen"}, **({"database": database} if database else {}))
            influxdb3_local.info([list(row.items()) for row in rows])
        except Exception as error:
            influxdb3_local.info(type(error).__name__, error)
`;

const LINES = [
  'home,room=Kitchen temp=21.5,hum=9007199254740993i,big=18446744073709551615u,on=true,note="a,\\"b" 1767225600000000001',
  "home,room=Office temp=1e300,hum=-1i 1767225601500000000",
  'home temp=3,note="2026-01-01T00:00:00" 1767225602000000000',
];

/** Each means the same to a plugin on the server and to one here. */
const STATEMENTS = [
  "SELECT * FROM home ORDER BY time",
  "SELECT * FROM home WHERE room = $room;",
  "SELECT room, temp FROM home WHERE room = 'Nowhere'",
  "SELECT avg(temp) AS average, count(*) AS n, max(time) AS latest FROM home WHERE temp < 1000",
  "SELECT DATE_BIN(INTERVAL '1 minute', time) AS minute, first_value(temp ORDER BY time) AS first FROM home GROUP BY 1",
  "WITH last AS (SELECT room, max(time) AS time FROM home GROUP BY room) SELECT * FROM last ORDER BY time -- the last",
  "SELECT note, NULL AS nothing, temp > 5 AS warm, '2026-01-01T00:00:00' AS text FROM home ORDER BY time",
  "SELECT CAST(hum AS INT) AS narrow FROM home WHERE hum = -1",
  "SELECT CAST(NULL AS INT) AS narrow FROM home",
  "SHOW TABLES",
  "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'home' ORDER BY 1",
  "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' ORDER BY 1 LIMIT 2",
  "SELECT * FROM nothing",
  "SELECT nothing FROM home",
  "SELEKT",
  "nowhere@SELECT 1",
  "bad name@SELECT 1",
  "sensors@SELECT 1 AS one",
];

describe("queries of a plugin that is tested locally", function () {
  this.timeout(120_000);
  const plugins = temporaryDirectory("local-queries");
  let server: TestServer;

  before(async () => {
    writeFileSync(path.join(plugins, "ask.py"), PLUGIN);
    server = await startServer({ pluginDir: plugins, withoutAuth: true });
    const lines = LINES.join("\n");
    const written = await influxdb3(["write", "-d", "sensors", "-H", server.url], { input: lines });
    assert.equal(written.exitCode, 0, written.stderr);
  });

  after(async () => {
    await server.stop();
  });

  it("give what they give on the server", async () => {
    // A comma would end the argument.
    const statements = JSON.stringify(STATEMENTS).replaceAll(",", "|");
    const test = async (plugin: string, ...more: string[]): Promise<string[]> => {
      const args = ["-d", "sensors", "-H", server.url, "--lp", "m v=1", ...more];
      const { stdout, stderr } = await influxdb3([
        ...["test", "wal_plugin", ...args, "--input-arguments", `statements=${statements}`, plugin],
      ]);
      const { errors, log_lines: logs } = JSON.parse(stdout) as { errors: string[]; log_lines: string[] };
      assert.deepEqual(errors, [], stderr);
      return logs.slice(1, -1);
    };
    const onServer = await test("ask.py");
    const here = await test(path.join(plugins, "ask.py"), "--local");
    assert.equal(onServer.length, STATEMENTS.length);
    for (const [i, sql] of STATEMENTS.entries()) assert.equal(here[i], onServer[i], sql);
  });
});
