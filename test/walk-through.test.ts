import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type CommandResult, influxdb3, repository } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send } from "./support/http.ts";
import { snapshotAlways, untilSnapshotted } from "./support/metrics.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const fixtures = path.join(repository, "test", "fixtures");

/** The documented way through the product, with the real server and the real command line, in order. */
describe("walk-through: from serve to a trigger that survives a restart", function () {
  this.timeout(120_000);
  walkThrough([], async () => {});
});

describe("walk-through: the same, with everything moved to data files between the steps", function () {
  this.timeout(120_000);
  walkThrough(snapshotAlways, untilSnapshotted);
});

function walkThrough(args: readonly string[], betweenSteps: (session: Session) => Promise<void>): void {
  const dataDir = temporaryDirectory("walk-data");
  const pluginDir = temporaryDirectory("walk-plugins");
  const documented = path.join(pluginDir, "documented.py");
  let server: TestServer;
  let session: Session;
  let env: Record<string, string>;

  async function start(): Promise<void> {
    server = await startServer({ dataDir, pluginDir, args });
    env = {
      INFLUXDB3_HOST_URL: server.url,
      ...(session?.token ? { INFLUXDB3_AUTH_TOKEN: session.token } : {}),
    };
    session = { ...session, url: server.url };
  }

  async function run(...args: string[]): Promise<CommandResult> {
    const result = await influxdb3(args, { env });
    assert.equal(result.exitCode, 0, `influxdb3 ${args.join(" ")}\n${result.stdout}${result.stderr}`);
    return result;
  }

  interface TestAnswer {
    log_lines: string[];
    database_writes: Record<string, string[]>;
    errors: string[];
  }

  async function testPlugin(lineProtocol: string): Promise<TestAnswer> {
    const { stdout } = await run(
      ...["test", "wal_plugin", "--database", "sensors", "--lp", lineProtocol],
      ...["--input-arguments", "arg1=hello,arg2=world", "documented.py"],
    );
    return JSON.parse(stdout) as TestAnswer;
  }

  const logTexts = async (trigger: string): Promise<string[]> => {
    const sql =
      "SELECT log_text FROM system.processing_engine_logs WHERE trigger_name = $t ORDER BY event_time";
    const rows = await query<{ log_text: string }>(session, "sensors", sql, { t: trigger });
    return rows.map((row) => row.log_text);
  };

  const countOf = async (db: string, table: string): Promise<number> => {
    const answer = await send(
      session,
      "GET",
      `/api/v3/query_sql?db=${db}&format=json&q=${encodeURIComponent(`SELECT count(*) AS n FROM ${table}`)}`,
    );
    return answer.status === 200 ? (JSON.parse(answer.text) as { n: number }[])[0]!.n : 0;
  };

  before(async () => {
    copyFileSync(path.join(fixtures, "plugins", "documented.py"), documented);
    await start();
  });
  after(async () => {
    await server?.kill();
  });
  afterEach(async () => {
    await betweenSteps(session);
  });

  it("creates the admin token, once", async () => {
    const { stdout } = await run("create", "token", "--admin");
    const token = /^Token: (apiv3_[\w-]{86})$/m.exec(stdout)?.[1];
    assert.ok(token, stdout);
    assert.match(stdout, /HTTP Requests Header: Authorization: Bearer apiv3_/);
    session = { url: server.url, token };
    env["INFLUXDB3_AUTH_TOKEN"] = token;
    const again = await influxdb3(["create", "token", "--admin"], { env });
    assert.equal(again.exitCode, 1);
    assert.match(again.stdout, /code: 409, message: "token name already exists, _admin"/);
  });

  it("creates the database", async () => {
    assert.equal(
      (await run("create", "database", "sensors")).stdout,
      'Database "sensors" created successfully\n',
    );
    assert.match((await run("show", "databases")).stdout, /\| sensors +\|/);
  });

  it("writes the home data and reads it back", async () => {
    const file = path.join(fixtures, "home.lp");
    assert.equal((await run("write", "-q", "-d", "sensors", "--precision", "s", "--file", file)).stdout, "");
    assert.equal(await countOf("sensors", "home"), 26);
    const { stdout } = await run("query", "-d", "sensors", "SELECT co, room, time FROM home LIMIT 1");
    assert.equal(
      stdout,
      [
        "+----+---------+---------------------+",
        "| co | room    | time                |",
        "+----+---------+---------------------+",
        "| 0  | Kitchen | 2022-01-01T08:00:00 |",
        "+----+---------+---------------------+",
        "",
      ].join("\n"),
    );
  });

  it("tests the plugin without writing anything", async () => {
    const answer = await testPlugin("my_measure,tag1=asdf f1=1.0 123");
    assert.deepEqual(answer.errors, []);
    assert.deepEqual(answer.log_lines.slice(0, -1), [
      "INFO: starting execution of wal plugin.",
      "INFO: arg1: hello",
      "INFO: query result: [{'co': 0, 'hum': 35.9, 'room': 'Kitchen', 'temp': 21.0, 'time': 1641024000000000000}]",
      "INFO: table: my_measure",
      "INFO: row: {'tag1': 'asdf', 'f1': 1.0, 'time': 123}",
      "INFO: done",
    ]);
    assert.match(answer.log_lines.at(-1)!, /^INFO: finished execution in \d/);
    assert.deepEqual(answer.database_writes, {
      sensors: ['some_table,tag1=tag1_value,tag2=tag2_value field1=1i,field2=2.0,field3="number three"'],
      mytestdb: ["other_table other_field=1i,other_field2=3.14 1302"],
    });
    assert.equal(await countOf("sensors", "some_table"), 0);
    assert.doesNotMatch((await run("show", "databases")).stdout, /mytestdb/);
  });

  it("sees an edited plugin without a restart", async () => {
    const source = readFileSync(documented, "utf8").replace('info("done")', 'info("done, second edition")');
    writeFileSync(documented, source);
    const answer = await testPlugin("my_measure,tag1=asdf f1=1.0 123");
    assert.ok(answer.log_lines.includes("INFO: done, second edition"));
  });

  it("creates a trigger that runs the plugin on writes", async () => {
    const { stdout } = await run(
      ...["create", "trigger", "--database", "sensors", "--path", "documented.py"],
      ...["--trigger-spec", "table:home", "--trigger-arguments", "arg1=hello,arg2=world", "trigger1"],
    );
    assert.equal(stdout, "Trigger trigger1 created successfully\n");
    await run("write", "-q", "-d", "sensors", "home,room=Kitchen temp=23.9,hum=36.5,co=1i 1641070800");
    await waitFor("the trigger's rows", async () => (await countOf("sensors", "some_table")) === 1);
    await waitFor(
      "the trigger's row in the other database",
      async () => (await countOf("mytestdb", "other_table")) === 1,
    );
    const logs = await waitFor("the trigger's log", async () => {
      const texts = await logTexts("trigger1");
      return texts.some((text) => text.startsWith("finished execution in ")) && texts;
    });
    assert.ok(logs.includes("arg1: hello"));
    assert.ok(
      logs.includes(
        "row: {'room': 'Kitchen', 'temp': 23.9, 'hum': 36.5, 'co': 1, 'time': 1641070800000000000}",
      ),
    );
  });

  it("a disabled trigger sees nothing, an enabled one sees the next write", async () => {
    assert.equal(
      (await run("disable", "trigger", "--database", "sensors", "trigger1")).stdout,
      "Trigger trigger1 disabled successfully\n",
    );
    const before = (await logTexts("trigger1")).length;
    await run("write", "-q", "-d", "sensors", "home,room=Bath temp=20.0 1641074400");
    assert.equal(
      (await run("enable", "trigger", "--database", "sensors", "trigger1")).stdout,
      "Trigger trigger1 enabled successfully\n",
    );
    await run("write", "-q", "-d", "sensors", "home,room=Hall temp=19.5 1641078000");
    const added = await waitFor("the run after enabling", async () => {
      const texts = (await logTexts("trigger1")).slice(before);
      return texts.some((text) => text.startsWith("finished execution in ")) && texts;
    });
    assert.ok(added.some((text) => text.includes("'room': 'Hall'")));
    assert.ok(!added.some((text) => text.includes("'room': 'Bath'")));
  });

  it("runs scheduled triggers", async () => {
    copyFileSync(path.join(fixtures, "plugins", "heartbeat.py"), path.join(pluginDir, "heartbeat.py"));
    const { stdout } = await run(
      "test",
      "schedule_plugin",
      "-d",
      "sensors",
      "--schedule",
      "0 0 * * * *",
      "heartbeat.py",
    );
    const answer = JSON.parse(stdout) as TestAnswer & { trigger_time: string };
    assert.match(answer.trigger_time, /^\d{4}-\d\d-\d\dT\d\d:00:00Z$/);
    assert.deepEqual(answer.errors, []);
    await run(
      ...[
        "create",
        "trigger",
        "-d",
        "sensors",
        "--path",
        "heartbeat.py",
        "--trigger-spec",
        "every:1s",
        "beat",
      ],
    );
    await waitFor("two beats", async () => (await countOf("sensors", "heartbeat")) >= 2);
  });

  it("serves request triggers", async () => {
    copyFileSync(path.join(fixtures, "plugins", "echo.py"), path.join(pluginDir, "echo.py"));
    await run(
      "create",
      "trigger",
      "-d",
      "sensors",
      "--path",
      "echo.py",
      "--trigger-spec",
      "request:echo",
      "echo",
    );
    const answer = await send(session, "POST", "/api/v3/engine/echo?room=Kitchen", '{"n": 1}');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/json");
    assert.deepEqual(JSON.parse(answer.text), { query: { room: "Kitchen" }, body: { n: 1 }, coldest: 19.5 });
    const unauthorised = await send({ url: server.url }, "GET", "/api/v3/engine/echo");
    assert.equal(unauthorised.status, 401);
  });

  it("keeps data, tokens and triggers over a restart, and they fire", async () => {
    assert.equal(await server.stop(), 0);
    await start();
    assert.equal(await countOf("sensors", "home"), 29);
    const triggers = await query<{ trigger_name: string; disabled: boolean }>(
      session,
      "sensors",
      "SELECT trigger_name, disabled FROM system.processing_engine_triggers ORDER BY trigger_name",
    );
    assert.deepEqual(triggers, [
      { trigger_name: "beat", disabled: false },
      { trigger_name: "echo", disabled: false },
      { trigger_name: "trigger1", disabled: false },
    ]);
    assert.equal((await send(session, "POST", "/api/v3/engine/echo", "{}")).status, 200);
    const rows = await countOf("sensors", "some_table");
    await run("write", "-q", "-d", "sensors", "home,room=Kitchen temp=22.2 1641081600");
    await waitFor(
      "the trigger's next row",
      async () => (await countOf("sensors", "some_table")) === rows + 1,
    );
  });

  it("refuses to delete a running trigger unless forced", async () => {
    const refused = await influxdb3(["delete", "trigger", "-d", "sensors", "beat"], { env });
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /Cannot delete running plugin beat\. Disable it first or use --force\./);
    assert.equal(
      (await run("delete", "trigger", "-d", "sensors", "--force", "beat")).stdout,
      "Trigger beat deleted successfully\n",
    );
  });

  it("deletes a table and a database after confirmation", async () => {
    const refused = await influxdb3(["delete", "table", "-d", "sensors", "home"], { env });
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /Are you sure you want to delete "sensors"\."home"\?/);
    const deleted = await influxdb3(["delete", "table", "-d", "sensors", "home"], { env, input: "yes\n" });
    assert.equal(deleted.stdout, 'Table "sensors"."home" deleted successfully\n');
    await run("delete", "database", "mytestdb", "-y");
    assert.doesNotMatch((await run("show", "databases")).stdout, /mytestdb/);
  });
}
