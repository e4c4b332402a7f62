import assert from "node:assert/strict";
import { until } from "./support/fake-clock.ts";
import { RealEngine } from "./support/real-engine.ts";

describe("plugins in real interpreters", function () {
  this.timeout(60_000);
  let real: RealEngine;
  before(async () => {
    real = await RealEngine.create();
  });
  after(() => real.close());

  it("process writes: rows as written, arguments, logs, queued and synchronous writes", async () => {
    await real.plugin(
      "writes.py",
      `
def process_writes(influxdb3_local, table_batches, args=None):
    for batch in table_batches:
        influxdb3_local.info(batch["table_name"], batch["rows"], args)
    line = LineBuilder("copied").tag("of", args["name"]).int64_field("rows", len(table_batches[0]["rows"])).time_ns(7)
    influxdb3_local.write(line)
    influxdb3_local.write_to_db("other", line)
    influxdb3_local.write_sync(LineBuilder("now").bool_field("f", True).time_ns(8), no_sync=False)
`,
    );
    await real.trigger({
      name: "writes",
      pluginFilename: "writes.py",
      specification: "table:cpu",
      arguments: { name: "cpu" },
    });
    await real.base.write("cpu,host=A,region=west usage=1i,system=23.2 100\ncpu,host=B usage=2i 101", {
      database: "x",
    });
    await real.base.write("cpu,host=A,region=west usage=1.5,system=23.2 100\nmem used=1i 5");
    await real.logged("writes", /finished/);
    assert.deepEqual(real.texts("writes").slice(0, 2), [
      "INFO starting execution of wal plugin.",
      "INFO cpu [{'host': 'A', 'region': 'west', 'usage': 1.5, 'system': 23.2, 'time': 100}] {'name': 'cpu'}",
    ]);
    assert.match(real.texts("writes")[2] ?? "", /^INFO finished execution in (\d+ms )?(\d+us )?\d+ns$/);
    await until(() => real.rows("copied", "other").length === 1, "the row in the other database");
    assert.deepEqual(real.rows("copied"), [{ of: "cpu", time: 7n, rows: 1n }]);
    assert.deepEqual(real.rows("now"), [{ time: 8n, f: true }]);
  });

  it("run on schedule and keep their cache from run to run", async () => {
    await real.plugin(
      "schedule.py",
      `
from datetime import datetime
def process_scheduled_call(influxdb3_local, call_time, args=None):
    count = influxdb3_local.cache.get("count", 0) + 1
    influxdb3_local.cache.put("count", count)
    influxdb3_local.info(count, isinstance(call_time, datetime), call_time.tzinfo, call_time.microsecond)
`,
    );
    await real.trigger({ name: "schedule", pluginFilename: "schedule.py", specification: "every:100ms" });
    await real.logged("schedule", /INFO 3 True None 0/);
    await real.engine.disableTrigger("db", "schedule");
    const lines = real.texts("schedule").length;
    await real.engine.enableTrigger("db", "schedule");
    await until(() => real.texts("schedule").slice(lines).includes("INFO 1 True None 0"), "an empty cache");
    await real.engine.deleteTrigger("db", "schedule", { force: true });
  });

  it("answer requests, with what they queried", async () => {
    await real.plugin(
      "request.py",
      `
import json
def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
    rows = influxdb3_local.query("SELECT a FROM t WHERE h = $h", {"h": "x"})
    return {"rows": rows, "query": query_parameters, "body": json.loads(request_body)}, 201, {"X-A": "1"}
`,
    );
    await real.trigger({ name: "request", pluginFilename: "request.py", specification: "request:r" });
    real.answer = {
      batches: [
        { rowCount: 1, columns: [{ name: "a", type: "int64", values: BigInt64Array.of(2n ** 60n) }] },
      ],
    };
    const body = new TextEncoder().encode('{"k":1}');
    const answer = await real.engine.handleRequest("r", { query: { q: "1" }, headers: {}, body });
    assert.equal(answer?.status, 201);
    assert.equal(
      new TextDecoder().decode(answer?.body),
      `{"rows": [{"a": ${2n ** 60n}}], "query": {"q": "1"}, "body": {"k": 1}}`,
    );
    assert.deepEqual(real.queries.at(-1)?.params, { h: "x" });
    assert.equal(real.queries.at(-1)?.database, "db");
  });

  it("that fail, loop, exit or refuse to stop are reported, and run again as soon as they are corrected", async () => {
    const good = "def process_request(influxdb3_local, *rest):\n    return 'fine'\n";
    const cases: [source: string, text: RegExp][] = [
      [
        "def process_request(*a):\n    raise ValueError('msg')\n",
        /^Python function call failed: ValueError: msg$/,
      ],
      ["def process_request(:\n", /^SyntaxError: .*\(<string>, line 1\)$/],
      ["import nothing_like_this\n", /^ModuleNotFoundError: No module named 'nothing_like_this'$/],
      ["x = 1\n", /^the process_request function is not present in the plugin\./],
      ["def process_request(*a):\n    pass\n", /^Unsupported return type from Python function$/],
      ["def process_request(*a):\n    raise SystemExit(3)\n", /^Python function call failed: SystemExit: 3$/],
      ["import os\ndef process_request(*a):\n    os._exit(3)\n", /ended its process/],
      ["def process_request(*a):\n    while True:\n        pass\n", /longer than its limit/],
      [
        "def process_request(*a):\n    while True:\n        try:\n            while True: pass\n        except BaseException:\n            pass\n",
        /longer than its limit/,
      ],
      ["def process_request(*a):\n    f = lambda: f()\n    f()\n", /RecursionError/],
      ["def process_request(*a):\n    b = []\n    while True: b.append(bytearray(1 << 27))\n", /MemoryError/],
    ];
    await real.plugin("hard.py", good);
    await real.trigger({ name: "hard", pluginFilename: "hard.py", specification: "request:hard" });
    const request = { query: {}, headers: {}, body: new Uint8Array(0) };
    for (const [source, text] of cases) {
      await real.plugin("hard.py", source);
      await assert.rejects(real.engine.handleRequest("hard", request), (error: Error) => {
        assert.match(error.message, text, `${source}: ${error.message}`);
        return true;
      });
      await real.plugin("hard.py", good);
      const answer = await real.engine.handleRequest("hard", request);
      assert.equal(new TextDecoder().decode(answer?.body), "fine", `after ${source}`);
    }
  });

  it("can be asked for by another plugin through the server while that one waits", async () => {
    await real.plugin(
      "slow.py",
      "import time\ndef process_request(*a):\n    time.sleep(0.5)\n    return 'slow'\n",
    );
    await real.plugin("quick.py", "def process_request(*a):\n    return 'quick'\n");
    await real.trigger({ name: "slow", pluginFilename: "slow.py", specification: "request:slow" });
    await real.trigger({ name: "quick", pluginFilename: "quick.py", specification: "request:quick" });
    const request = { query: {}, headers: {}, body: new Uint8Array(0) };
    await real.engine.handleRequest("quick", request);
    const order: string[] = [];
    const slow = real.engine.handleRequest("slow", request).then(() => order.push("slow"));
    await real.engine.handleRequest("quick", request).then(() => order.push("quick"));
    await slow;
    assert.deepEqual(order, ["quick", "slow"]);
  });

  it("report what a refused write_sync was refused for, and queued ones in the log", async () => {
    await real.plugin(
      "refused.py",
      `
def process_request(influxdb3_local, *rest):
    class Lines:
        def build(self):
            return "cpu,host=a usage=1i"
    influxdb3_local.write(Lines())
    influxdb3_local.write_to_db("bad name", Lines())
    try:
        influxdb3_local.write_sync(Lines(), no_sync=True)
    except Exception as error:
        return str(error)
`,
    );
    await real.trigger({ name: "refused", pluginFilename: "refused.py", specification: "request:refused" });
    const request = { query: {}, headers: {}, body: new Uint8Array(0) };
    const answer = await real.engine.handleRequest("refused", request);
    const conflict =
      "invalid column type for column 'usage', expected iox::column_type::field::float, got iox::column_type::field::integer";
    assert.equal(
      new TextDecoder().decode(answer?.body),
      `error writing line protocol to db: Cannot write: line protocol parse failed: ${conflict}`,
    );
    assert.deepEqual(real.texts("refused").slice(-2).sort(), [
      `ERROR error running request plugin: error writing back lines to db: Cannot write: line protocol parse failed: ${conflict}`,
      "ERROR error running request plugin: invalid database name: bad name",
    ]);
  });
});
