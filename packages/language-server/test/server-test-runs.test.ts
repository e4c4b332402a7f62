import assert from "node:assert/strict";
import { type RunningServer, startServer } from "./support/server.ts";
import { OriginalServer, RealServer, TestClient } from "./support/test-runs.ts";

describe("running tests on a Millrace server", () => {
  let real: RealServer;
  let server: RunningServer;
  let tests: TestClient;

  before(async function () {
    this.timeout(30_000);
    real = await RealServer.start();
    await real.createDatabase("sensors");
    await real.writeLines("sensors", "cpu,host=a usage=4 1");
    server = await startServer();
    tests = new TestClient(server);
  });

  beforeEach(() => tests.connect({ host: real.host, database: "sensors" }));

  after(async () => {
    await server?.stop();
    await real?.stop();
  });

  it("runs unsaved text there, and uploads nothing", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          for row in influxdb3_local.query("SELECT usage FROM cpu"):
              influxdb3_local.info("found", row["usage"])
          influxdb3_local.write(LineBuilder("out").int64_field("n", 1))
    `);
    const run = { uri: file.uri, entryPoint: "process_writes", input: { lineProtocol: "cpu usage=1 1" } };
    const result = await tests.runOne(run, { runId: "there" });
    assert.deepEqual([result.outcome, result.where, result.message], ["passed", "millrace", undefined]);
    assert.deepEqual(
      tests.events("there").map(({ kind, line, uri, rows }) => [kind, line, uri === file.uri, rows]),
      [
        ["query", 1, true, 1],
        ["log", 2, true, undefined],
        ["write", 3, true, undefined],
      ],
    );
    assert.deepEqual(result.rows, [
      { database: "sensors", table: "out", tags: {}, fields: { n: { type: "integer", value: "1" } } },
    ]);
    const plugins = await fetch(`${real.host}/api/millrace/v1/plugins`);
    assert.deepEqual(await plugins.json(), []);
  });

  it("maps failures to their lines, and says what it would refuse", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          raise ValueError(call_time.isoformat())

      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.write(LineBuilder("cpu").string_field("usage", "text"))
    `);
    const failing = { uri: file.uri, entryPoint: "process_scheduled_call" };
    const result = await tests.runOne({ ...failing, input: { callTime: "2026-01-02T03:04:05Z" } });
    assert.equal(result.outcome, "failed");
    assert.match(result.message!, /ValueError: 2026-01-02T03:04:05$/);
    assert.deepEqual([result.error!.uri, result.error!.line], [file.uri, 1]);
    const refused = await tests.runOne({ uri: file.uri, entryPoint: "process_writes" });
    assert.equal(refused.outcome, "failed");
    assert.match(refused.message!, /Failed to validate output lines to db sensors/);
    assert.equal(refused.rowCount, 1);
  });

  it("runs plugins of several files, and request plugins", async () => {
    tests.write("there/__init__.py", "from .work import process_request\n");
    const work = await server.editor.open(
      `
      def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
          influxdb3_local.info("in", __name__)
          return request_body.decode(), 202
    `,
      { name: "there/work.py", onDisk: true },
    );
    const run = { uri: work.uri, entryPoint: "process_request", input: { request: { body: "hello" } } };
    const result = await tests.runOne(run, { runId: "several" });
    assert.deepEqual(
      [result.message, result.response?.status, result.response?.body],
      [undefined, 202, "hello"],
    );
    const [log] = tests.events("several");
    assert.deepEqual([log!.message, log!.uri, log!.line], ["in there.work", work.uri, 1]);
  });

  it("runs locally when asked to, with the server's data", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info(influxdb3_local.query("SELECT usage FROM cpu"))
    `);
    const run = { uri: file.uri, entryPoint: "process_scheduled_call" };
    const result = await tests.runOne(run, { runId: "here", where: "local" });
    assert.deepEqual([result.where, result.message], ["local", undefined]);
    const log = tests.events("here").find(({ kind }) => kind === "log");
    assert.equal(log!.message, "[{'usage': 4.0}]");
  });

  it("runs locally when the server is away, and says so", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info("x")
    `);
    await tests.connect({ host: "http://127.0.0.1:1", database: "sensors" });
    const run = { uri: file.uri, entryPoint: "process_scheduled_call" };
    const result = await tests.runOne(run);
    assert.deepEqual([result.outcome, result.where], ["passed", "local"]);
    assert.match(result.notes.join(), /The server does not answer .* So the test ran locally\./);
    const there = await tests.runOne(run, { where: "server" });
    assert.deepEqual([there.outcome, there.message?.includes("does not answer")], ["errored", true]);
  });
});

describe("running tests on an original server", () => {
  const original = new OriginalServer();
  let server: RunningServer;
  let tests: TestClient;

  const PLUGIN = `
    def process_writes(influxdb3_local, table_batches, args=None):
        influxdb3_local.info("starting")
        influxdb3_local.info(f"starting {len(table_batches)} tables", args)
        line = LineBuilder("out")
        line.int64_field("n", 1)
        influxdb3_local.write(line)
        influxdb3_local.write_to_db("other", LineBuilder("far").int64_field("n", 1))
  `;

  before(async () => {
    const host = await original.start();
    server = await startServer();
    tests = new TestClient(server);
    await tests.connect({ host, database: "sensors" });
  });

  beforeEach(() => {
    original.requests.length = 0;
    original.gate = Promise.resolve();
  });

  after(async () => {
    await server.stop();
    await original.stop();
  });

  it("has its copy run by name, and finds the lines behind what it tells", async () => {
    const file = await server.editor.open(PLUGIN, { name: "by_name.py" });
    original.answer = {
      log_lines: [
        "INFO: starting execution of wal plugin.",
        "INFO: starting 2 tables None",
        "INFO: starting",
        "WARN: starting",
        "INFO: finished execution in 1ms",
      ],
      database_writes: { sensors: ["out n=1i"], other: ["far n=1i"] },
      errors: [],
    };
    const result = await tests.runOne(
      { uri: file.uri, entryPoint: "process_writes", input: { lineProtocol: "cpu u=1 1", args: { a: "b" } } },
      { where: "server", runId: "original" },
    );
    assert.deepEqual(original.requests, [
      {
        path: "/api/v3/plugin_test/wal",
        body: {
          filename: "by_name.py",
          database: "sensors",
          cache_name: null,
          input_arguments: { a: "b" },
          input_lp: "cpu u=1 1",
        },
      },
    ]);
    assert.deepEqual([result.outcome, result.where, result.rowCount], ["passed", "original", 2]);
    assert.match(result.notes.join(), /its own copy of by_name\.py/);
    assert.deepEqual(
      tests.events("original").map(({ kind, line, message, atMs }) => [kind, line, message, atMs]),
      [
        ["log", 2, "starting 2 tables None", undefined],
        ["log", 1, "starting", undefined],
        ["log", undefined, "starting", undefined],
        ["write", 5, undefined, undefined],
        ["write", 6, undefined, undefined],
      ],
    );
  });

  it("tells its errors", async () => {
    const file = await server.editor.open(PLUGIN);
    const run = { uri: file.uri, entryPoint: "process_writes", input: { serverFileName: "dir/other.py" } };
    const error = "error executing plugin: IndentationError: unexpected indent (<string>, line 2)";
    original.answer = { log_lines: [], database_writes: {}, errors: [error] };
    const result = await tests.runOne(run, { where: "server" });
    assert.equal(original.requests[0]!.body["filename"], "dir/other.py");
    assert.deepEqual([result.outcome, result.message], ["failed", error]);
    assert.deepEqual([result.error!.uri, result.error!.line], [file.uri, 1]);
  });

  it("is not asked unless the user says so", async () => {
    const file = await server.editor.open(PLUGIN);
    const result = await tests.runOne({ uri: file.uri, entryPoint: "process_writes" });
    assert.deepEqual([result.where, original.requests.length], ["local", 0]);
  });

  it("is told schedules in its own words, and not asked for what it lacks", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          pass
      def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
          pass
    `);
    original.answer = { trigger_time: null, log_lines: [], database_writes: {}, errors: [] };
    const input = { schedule: "5 * * * *", now: "2026-01-01T00:00:00Z" };
    const { uri } = file;
    const result = await tests.runOne(
      { uri, entryPoint: "process_scheduled_call", input },
      { where: "server" },
    );
    assert.equal(original.requests[0]!.body["schedule"], "0 5 * * * *");
    assert.equal("now" in original.requests[0]!.body, false);
    assert.match(result.notes.join(), /does not know now/);
    const request = await tests.runOne({ uri, entryPoint: "process_request" }, { where: "server" });
    assert.match(request.message!, /Only Millrace servers can test request plugins/);
  });

  it("ends a run at once", async () => {
    const file = await server.editor.open(PLUGIN);
    let open = () => {};
    original.gate = new Promise((resolve) => {
      open = resolve;
    });
    const run = tests.run({
      runId: "hanging",
      where: "server",
      tests: [{ uri: file.uri, entryPoint: "process_writes" }],
    });
    await tests.waitForProgress("hanging", ({ kind }) => kind === "started");
    assert.deepEqual(await tests.cancel("hanging"), { cancelled: 1 });
    assert.equal((await run).cancelled, 1);
    open();
  });
});
