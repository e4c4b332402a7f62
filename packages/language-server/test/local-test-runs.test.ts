import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type RunningServer, startServer } from "./support/server.ts";
import { serverProgram, TestClient } from "./support/test-runs.ts";

describe("running tests without a server", () => {
  let server: RunningServer;
  let tests: TestClient;

  before(async () => {
    server = await startServer({ env: { INFLUXDB3_HOST_URL: "", INFLUXDB3_DATABASE_NAME: "" } });
    tests = new TestClient(server);
  });

  after(() => server.stop());

  it("tells what unsaved text does, line by line, and what it wrote", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          for batch in table_batches:
              for row in batch["rows"]:
                  influxdb3_local.info("got", row["usage"], args["limit"])
                  print("printed")
                  line = LineBuilder("out").tag("host", row["host"]).float64_field("u", row["usage"]).time_ns(7)
                  influxdb3_local.write(line)
    `);
    const { results, passed } = await tests.run({
      runId: "first",
      tests: [
        {
          uri: file.uri,
          entryPoint: "process_writes",
          input: { lineProtocol: "cpu,host=a usage=0.5 1\ncpu,host=b usage=2 2", args: { limit: "3" } },
        },
      ],
    });
    assert.equal(passed, 1);
    const [result] = results;
    assert.equal(result!.where, "local");
    assert.deepEqual(result!.rows[0], {
      database: "test",
      table: "out",
      timeNs: "7",
      tags: { host: "a" },
      fields: { u: { type: "float", value: 0.5 } },
    });
    assert.deepEqual([result!.rows.length, result!.rowCount], [2, 2]);
    assert.ok(result!.durationMs > 0);
    const events = tests.events("first").slice(0, 3);
    assert.deepEqual(
      events.map(({ kind, line, uri }) => [kind, line, uri === file.uri]),
      [
        ["log", 3, true],
        ["print", 4, true],
        ["write", 6, true],
      ],
    );
    assert.deepEqual([events[0]!.level, events[0]!.message], ["INFO", "got 0.5 3"]);
    const kinds = tests.progress("first").map(({ kind }) => kind);
    assert.deepEqual([kinds[0], kinds.at(-1)], ["started", "finished"]);
  });

  it("says why and where a plugin failed, and what it did before", async () => {
    const file = await server.editor.open(`
      def deep(value):
          return 1 / value

      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.warn("soon")
          deep(0)
    `);
    const result = await tests.runOne(
      { uri: file.uri, entryPoint: "process_scheduled_call" },
      { runId: "failing" },
    );
    assert.equal(result.outcome, "failed");
    assert.match(result.message!, /ZeroDivisionError: division by zero/);
    assert.deepEqual([result.error!.uri, result.error!.line], [file.uri, 1]);
    assert.deepEqual(
      result.error!.traceback.map(({ function: name, line }) => [name, line]),
      [
        ["process_scheduled_call", 5],
        ["deep", 1],
      ],
    );
    assert.deepEqual(
      tests.events("failing").map(({ kind, line }) => [kind, line]),
      [
        ["log", 4],
        ["error", 1],
      ],
    );
  });

  it("names the line of code that Python cannot read", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          x = (1,
    `);
    const result = await tests.runOne({ uri: file.uri, entryPoint: "process_writes" });
    assert.equal(result.outcome, "failed");
    assert.match(result.message!, /SyntaxError/);
    assert.deepEqual([result.error!.uri, result.error!.line], [file.uri, 1]);
  });

  it("answers a request, and tells times as they are asked for", async () => {
    const file = await server.editor.open(`
      import datetime, json
      def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
          now = datetime.datetime.now(datetime.timezone.utc).isoformat()
          told = [query_parameters["q"], request_headers["x-a"], request_body.decode(), now]
          return {"told": told}, 201, {"X-B": "b"}
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info(call_time.isoformat())
    `);
    const { response } = await tests.runOne({
      uri: file.uri,
      entryPoint: "process_request",
      input: {
        request: { query: { q: "1" }, headers: { "X-A": "2" }, body: "ü" },
        now: "2026-01-02T03:04:05Z",
      },
    });
    assert.equal(response!.status, 201);
    assert.deepEqual(JSON.parse(response!.body!), { told: ["1", "2", "ü", "2026-01-02T03:04:05+00:00"] });
    const uri = file.uri;
    const entryPoint = "process_scheduled_call";
    await tests.runOne({ uri, entryPoint, input: { callTime: "2026-05-06T07:08:09Z" } }, { runId: "time" });
    assert.equal(tests.events("time")[0]!.message, "2026-05-06T07:08:09");
    const next = { schedule: "0 0 12 * * *", now: "2026-05-06T07:08:09Z" };
    await tests.runOne({ uri, entryPoint, input: next }, { runId: "next" });
    assert.equal(tests.events("next")[0]!.message, "2026-05-06T12:00:00");
    const wrong = await tests.runOne({ uri, entryPoint, input: { callTime: "soon" } });
    assert.deepEqual([wrong.outcome, wrong.message?.includes("callTime")], ["errored", true]);
  });

  it("runs all files of a plugin as they are in the editor", async () => {
    const init = tests.write("several/__init__.py", "from .work import process_writes\n");
    tests.write(
      "several/work.py",
      "def process_writes(influxdb3_local, table_batches, args=None):\n    pass\n",
    );
    tests.write("several/data/words.txt", "on disk");
    const work = await server.editor.open(
      `
      from .words import WORD
      from pathlib import Path
      def process_writes(influxdb3_local, table_batches, args=None):
          text = (Path(__file__).parent / "data" / "words.txt").read_text()
          influxdb3_local.info(WORD, text)
    `,
      { name: "several/work.py" },
    );
    await server.editor.open('WORD = "unsaved"\n', { name: "several/words.py", onDisk: true });
    const run = { uri: work.uri, entryPoint: "process_writes" };
    const result = await tests.runOne(run, { runId: "several" });
    assert.equal(result.message, undefined);
    const [log] = tests.events("several");
    assert.deepEqual([log!.message, log!.uri, log!.line], ["unsaved on disk", work.uri, 4]);
    assert.notEqual(init, work.uri);
  });

  it("ends an endless loop at once, and goes on", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info("begun")
          while args is None:
              pass
    `);
    const endless = { uri: file.uri, entryPoint: "process_scheduled_call" };
    const run = tests.run({ runId: "endless", tests: [endless, endless], timeoutMs: 60_000 });
    const waiting = tests.run({ runId: "waiting", tests: [endless], timeoutMs: 60_000 });
    // Progress comes while it runs: it never ends by itself.
    await tests.waitForProgress("endless", ({ kind }) => kind === "events");
    await assert.rejects(
      tests.run({ runId: "endless", tests: [endless] }),
      /there is a run 'endless' already/,
    );
    const startedMs = performance.now();
    assert.deepEqual(await tests.cancel("waiting"), { cancelled: 1 });
    assert.equal((await waiting).cancelled, 1);
    assert.deepEqual(await tests.cancel("endless"), { cancelled: 1 });
    const { results, cancelled } = await run;
    assert.ok(performance.now() - startedMs < 3000);
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ["cancelled", "cancelled"],
    );
    assert.equal(cancelled, 2);
    const after = await tests.runOne({ ...endless, input: { args: { a: "b" } } });
    assert.equal(after.outcome, "passed");
  });

  it("ends with the request for it", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info("begun")
          while True: pass
    `);
    const { CancellationTokenSource } = await import("vscode-languageserver/node");
    const source = new CancellationTokenSource();
    const run = server.connection.sendRequest<{ cancelled: number }>(
      "millrace/runTests",
      {
        runId: "request",
        tests: [{ uri: file.uri, entryPoint: "process_scheduled_call" }],
        timeoutMs: 60_000,
      },
      source.token,
    );
    await tests.waitForProgress("request", ({ kind }) => kind === "events");
    source.cancel();
    assert.equal((await run).cancelled, 1);
  });

  it("stops what runs too long, and what needs too much memory", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          while True: pass
      def process_writes(influxdb3_local, table_batches, args=None):
          x = [bytes(1000_000) for _ in range(2000)]
    `);
    const slow = await tests.runOne(
      { uri: file.uri, entryPoint: "process_scheduled_call" },
      { timeoutMs: 300 },
    );
    assert.equal(slow.outcome, "failed");
    assert.match(slow.message!, /longer than its limit of 300 ms.*timeoutMs/);
    const large = await tests.runOne({ uri: file.uri, entryPoint: "process_writes" });
    assert.equal(large.outcome, "failed");
    assert.match(large.message!, /memory/i);
    assert.match(large.notes.join(), /No input was given/);
  }).timeout(20_000);

  it("starts Python anew when a plugin broke it", async () => {
    const file = await server.editor.open(`
      import os
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info("before")
          if args is None:
              os._exit(3)
    `);
    const run = { uri: file.uri, entryPoint: "process_scheduled_call" };
    const broken = await tests.runOne(run, { runId: "broken" });
    assert.equal(broken.outcome, "failed");
    assert.equal(tests.events("broken")[0]!.message, "before");
    assert.equal((await tests.runOne({ ...run, input: { args: { a: "b" } } })).outcome, "passed");
  });

  it("draws a line under what a plugin says", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          for i in range(6000):
              influxdb3_local.info(i, "x" * 100)
    `);
    const result = await tests.runOne(
      { uri: file.uri, entryPoint: "process_scheduled_call" },
      { runId: "chatty" },
    );
    assert.deepEqual([tests.events("chatty").length, result.untoldEvents], [5000, 1000]);
  });

  it("says that a query needs a connection", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.query("SELECT 1")
    `);
    const run = { uri: file.uri, entryPoint: "process_scheduled_call" };
    assert.match((await tests.runOne(run)).message!, /no server is connected/);
    assert.match((await tests.runOne(run, { where: "server" })).message!, /There is no connection/);
  });

  it("runs cases: passed, failed with what was expected, and such that cannot be run", async () => {
    const plugin = tests.write(
      "cased.py",
      `def process_writes(influxdb3_local, table_batches, args=None):
    for batch in table_batches:
        for row in batch["rows"]:
            influxdb3_local.info("saw", row["usage"])
            influxdb3_local.write(LineBuilder("out").float64_field("u", row["usage"]).time_ns(row["time"]))
`,
    );
    const uri = tests.write(
      "cased.test.yaml",
      `cases:
  - name: passes
    trigger: writes
    input: "cpu usage=1 5"
    expect:
      writes: [ "out u=1 5" ]
  - name: fails
    trigger: writes
    input: "cpu usage=1 5"
    expect:
      logs: [ "INFO saw 1.0" ]
      writes: [ "out u=2 5" ]
  - name: lacks input
    trigger: writes
`,
    );
    const { tests: found } = await tests.list(uri);
    const { results, passed, failed } = await tests.run({
      runId: "cases",
      tests: found.map(({ id }) => ({ id })),
    });
    assert.deepEqual([passed, failed], [1, 2]);
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ["passed", "failed", "errored"],
    );
    const [{ what, expected, actual, range }] = results[1]!.differences as [
      (typeof results)[number]["differences"][number],
    ];
    assert.deepEqual(
      { what, expected, actual, line: range.start.line },
      { what: "writes to test", expected: ["out u=2 5"], actual: ["out u=1.0 5"], line: 11 },
    );
    assert.match(results[1]!.message!, /- out u=2 5\n {2}\+ out u=1\.0 5/);
    assert.equal(results[1]!.rowCount, 1);
    assert.match(results[2]!.message!, /needs an input/);
    const logs = tests.events("cases").filter(({ kind }) => kind === "log");
    assert.deepEqual(
      logs.map((it) => [it.uri, it.line]),
      [
        [plugin, 3],
        [plugin, 3],
      ],
    );
    const gone = await tests.runOne({ id: `${uri}#case:gone` });
    assert.match(gone.message!, /There is no case 'gone'/);
  });

  it("asks a database of its own what cases query", async () => {
    tests.write(
      "asks.py",
      `def process_scheduled_call(influxdb3_local, call_time, args=None):
    for row in influxdb3_local.query("SELECT usage, now() AS at FROM cpu"):
        influxdb3_local.info(row["usage"], row["at"])
`,
    );
    const uri = tests.write(
      "asks.test.yaml",
      `cases:
  - name: sees the seed
    trigger: schedule
    now: 2026-01-01T00:00:00Z
    seed: { lp: [ "cpu usage=3 0" ] }
    expect: { logs: [ "3.0 <any>" ] }
  - name: sees no other seed
    trigger: schedule
    seed: { lp: [ "cpu usage=4 0" ] }
    expect: { logs: [ "4.0 <any>" ] }
`,
    );
    const { tests: found } = await tests.list(uri);
    const run = { tests: found.map(({ id }) => ({ id })), serverProgram };
    const { results } = await tests.run(run);
    assert.deepEqual(
      results.map(({ outcome, message }) => [outcome, message]),
      [
        ["passed", undefined],
        ["passed", undefined],
      ],
    );
  }).timeout(40_000);

  it("is what a lens calls; the outcome is shown to users of editors that draw nothing", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.info("x")
    `);
    const [lens] = await file.lenses();
    const { command, arguments: given } = lens!.command!;
    const start = { line: 0, character: 2 };
    const [action] = await server.connection.sendRequest<{ command: unknown }[]>("textDocument/codeAction", {
      textDocument: { uri: file.uri },
      range: { start, end: start },
      context: { diagnostics: [] },
    });
    assert.deepEqual(action!.command, { title: "Test process_writes", command, arguments: given });
    const answer = await server.connection.sendRequest<{ passed: number }>("workspace/executeCommand", {
      command,
      arguments: given,
    });
    assert.equal(answer.passed, 1);
    const shown = await server.notification<{ message: string }>("window/showMessage");
    assert.match(shown.message, /process_writes passed in \d+ ms, 0 rows written\. No input was given/);
  });

  it("refuses what makes no sense", async () => {
    const run = (params: unknown) => server.connection.sendRequest("millrace/runTests", params);
    await assert.rejects(run(null), /the parameters must be an object/);
    await assert.rejects(run({ tests: [] }), /tests must be a list/);
    await assert.rejects(run({ tests: [{}] }), /a test has an id/);
    await assert.rejects(run({ tests: [{ id: "nothing" }] }), /no id of a test/);
    await assert.rejects(run({ tests: [{ id: "a#b" }], where: "moon" }), /where must be one of/);
    const nowhere = pathToFileURL(path.join(server.workspace, "nowhere.py")).href;
    const missing = await tests.runOne({ uri: nowhere, entryPoint: "process_writes" });
    assert.deepEqual([missing.outcome, missing.message?.includes("cannot be read")], ["errored", true]);
    const other = await tests.runOne({ uri: nowhere, entryPoint: "main" });
    assert.match(other.message!, /no function that triggers call/);
  });

  it("lets eight runs wait", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info("begun")
          while True: pass
    `);
    const endless = { tests: [{ uri: file.uri, entryPoint: "process_scheduled_call" }], timeoutMs: 60_000 };
    const runs = Array.from({ length: 9 }, (_, i) => tests.run({ ...endless, runId: `queued-${i}` }));
    await tests.waitForProgress("queued-0", ({ kind }) => kind === "events");
    await assert.rejects(tests.run(endless), /8 runs wait already/);
    assert.deepEqual(await tests.cancel(), { cancelled: 9 });
    for (const { cancelled } of await Promise.all(runs)) assert.equal(cancelled, 1);
  });
});
