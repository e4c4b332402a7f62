import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { influxdb3 } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { type Session, send } from "./support/http.ts";
import { snapshotAlways, untilSnapshotted } from "./support/metrics.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const logger = `
def process_writes(influxdb3_local, table_batches, args=None):
    for batch in table_batches:
        influxdb3_local.info("table: " + batch["table_name"])
    influxdb3_local.info("args: " + str(sorted((args or {}).items())))
`;

/**
 * The users' guide as published has slips: its commands are tried here the way a reader types them. What its reader
 * means must work; what cannot work must be named. docs/guides/getting-started.md lists them.
 */
describe("the published guide, slips included", function () {
  this.timeout(60_000);
  guide([], async () => {});
});

describe("the published guide, with everything moved to data files between the steps", function () {
  this.timeout(120_000);
  guide(snapshotAlways, untilSnapshotted);
});

function guide(args: readonly string[], betweenSteps: (session: Session) => Promise<void>): void {
  const pluginDir = temporaryDirectory("guide-plugins");
  let server: TestServer;
  let session: Session;
  let token: string[];

  before(async () => {
    writeFileSync(path.join(pluginDir, "test.py"), logger);
    server = await startServer({ pluginDir, args });
    const created = await influxdb3(["create", "token", "--admin", "--format", "json", "--host", server.url]);
    const text = (JSON.parse(created.stdout) as { token: string }).token;
    session = { url: server.url, token: text };
    token = ["--host", server.url, "--token", text];
    for (const line of ["foo,tag1=a f1=1.0 1", "home,room=Kitchen temp=21.0 1"]) {
      const written = await influxdb3(["write", ...token, "-q", "-d", "sensors", line]);
      assert.equal(written.exitCode, 0, written.stderr);
    }
  });
  after(async () => {
    await server?.kill();
  });
  afterEach(async () => {
    await betweenSteps(session);
  });

  it("`serve` followed by a comment: no node id is given, a default is taken and named", async () => {
    const alone = await startServer({ args: [], env: {} });
    await alone.stop();
    const result = await influxdb3(["serve", "--object-store", "memory", "--http-bind", "256.0.0.1:0"]);
    assert.match(result.stderr, /^Using auto-generated node id: .+-node\. For production deployments/m);
  });

  it("`test wal_plugin` with the file last, after its options", async () => {
    const tested = await influxdb3([
      ...["test", "wal_plugin", "--lp", "my_measure,tag1=asdf f1=1.0 123", ...token],
      ...["--database", "sensors", "--input-arguments", "arg1=hello,arg2=world", "test.py"],
    ]);
    assert.equal(tested.exitCode, 0, tested.stderr);
    const answer = JSON.parse(tested.stdout) as { log_lines: string[]; errors: string[] };
    assert.deepEqual(answer.errors, []);
    assert.ok(answer.log_lines.includes("INFO: table: my_measure"));
  });

  it("`create trigger --plugin test_plugin` means test_plugin.py, or names the file it looked for", async () => {
    const create = (name: string) =>
      influxdb3([
        ...["create", "trigger", ...token, "--database", "sensors", "--plugin", "test_plugin"],
        ...["--trigger-spec", "table:foo", "--trigger-arguments", "arg1=hello,arg2=world", name],
      ]);
    // The guide saved the file as test.py one step earlier.
    const missing = await create("trigger1");
    assert.equal(missing.exitCode, 1);
    assert.match(missing.stderr, /Plugin not found: .*test_plugin/);
    writeFileSync(path.join(pluginDir, "test_plugin.py"), logger);
    const found = await create("trigger1");
    assert.equal(found.exitCode, 0, found.stderr);
    assert.equal(found.stdout, "Trigger trigger1 created successfully\n");
  });

  it("`enable trigger` without the backslash: the shell cuts the name off, and the message asks for it", async () => {
    const cut = await influxdb3(["enable", "trigger", ...token, "--database", "sensors"]);
    assert.equal(cut.exitCode, 2);
    assert.match(cut.stderr, /the following required arguments were not provided:\n {2}<TRIGGER_NAME>/);
    const whole = await influxdb3(["enable", "trigger", ...token, "--database", "sensors", "trigger1"]);
    assert.equal(whole.stdout, "Trigger trigger1 enabled successfully\n");
  });

  it("the trigger runs on the table the guide names, with its arguments", async () => {
    assert.equal(
      (await influxdb3(["write", ...token, "-q", "-d", "sensors", "foo,tag1=a f1=2.0 2"])).exitCode,
      0,
    );
    const sql = "SELECT log_text FROM system.processing_engine_logs WHERE trigger_name = 'trigger1'";
    await waitFor("the trigger's log", async () => {
      const answer = await send(session, "GET", `/api/v3/query_sql?db=sensors&q=${encodeURIComponent(sql)}`);
      return answer.text.includes("args: [('arg1', 'hello'), ('arg2', 'world')]");
    });
  });

  it("'$room' in quotes is the text $room, as in the original: no rows, no error", async () => {
    const quoted = (condition: string): string => `
def process_writes(influxdb3_local, table_batches, args=None):
    rows = influxdb3_local.query("SELECT * FROM home WHERE room = ${condition}", {"room": "Kitchen"})
    influxdb3_local.info("query result: " + str(rows))
`;
    for (const [condition, expected] of [
      ["'$room'", "INFO: query result: []"],
      ["$room", "INFO: query result: [{'room': 'Kitchen', 'temp': 21.0, 'time': 1000000000}]"],
    ] as const) {
      writeFileSync(path.join(pluginDir, "quoted.py"), quoted(condition));
      const tested = await influxdb3([
        "test",
        "wal_plugin",
        ...token,
        "-d",
        "sensors",
        "--lp",
        "x y=1",
        "quoted.py",
      ]);
      const answer = JSON.parse(tested.stdout) as { log_lines: string[] };
      assert.equal(answer.log_lines[1], expected);
    }
  });

  it("a query of a table that was never written: the error names the table", async () => {
    writeFileSync(
      path.join(pluginDir, "early.py"),
      'def process_writes(influxdb3_local, table_batches, args=None):\n    influxdb3_local.query("SELECT * FROM nowhere")\n',
    );
    const tested = await influxdb3([
      "test",
      "wal_plugin",
      ...token,
      "-d",
      "sensors",
      "--lp",
      "x y=1",
      "early.py",
    ]);
    const answer = JSON.parse(tested.stdout) as { errors: string[] };
    assert.match(
      answer.errors[0]!,
      /^error executing plugin: QueryError: .*table 'public\.iox\.nowhere' not found/,
    );
  });
}
