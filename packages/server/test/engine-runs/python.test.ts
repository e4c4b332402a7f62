import assert from "node:assert/strict";
import { until } from "../engine/support/fake-clock.ts";
import { RealEngine } from "../engine/support/real-engine.ts";

const WRITES = "def process_writes(influxdb3_local, table_batches, args):";
const REQUEST =
  "def process_request(influxdb3_local, query_parameters, request_headers, request_body, args):";
const NO_REQUEST = { query: {}, headers: {}, body: new Uint8Array() };

describe("runs in real interpreters", function () {
  this.timeout(60_000);
  let real: RealEngine;
  before(async () => {
    real = await RealEngine.create();
  });
  afterEach(async () => {
    // Their interpreters are wanted for the triggers of the next test.
    for (const { name } of real.base.catalog.database("db")!.triggers()) {
      await real.engine.deleteTrigger("db", name, { force: true });
    }
  });
  after(() => real.close());

  const runsOf = (trigger: string) => real.engine.tables.runs().filter((run) => run.trigger === trigger);
  const ended = (trigger: string, count = 1) =>
    until(
      () => runsOf(trigger).filter(({ outcome }) => outcome !== "running").length >= count,
      `${count} ended runs of ${trigger}`,
      20_000,
    );
  const figures = () => real.engine.figures.interpreters.figures;
  const spareReady = () => until(() => figures().starting === 0, "the spare interpreter", 30_000);

  it("leave the file, the line and the traceback of a failure beside its log line", async () => {
    await real.plugin(
      "fails.py",
      `import json\n${WRITES}\n    influxdb3_local.warn("soon")\n    json.loads("{")\n`,
    );
    await real.trigger({ name: "fails", pluginFilename: "fails.py", specification: "table:cpu" });
    await real.base.write("cpu,host=a usage=1\ncpu,host=b usage=2");
    await ended("fails");
    const [run] = runsOf("fails");
    assert.deepEqual([run!.outcome, run!.rowsIn, run!.linesWritten], ["error", 2, 0]);
    await real.logged("fails", /error executing/);
    const rows = real.engine.logs().filter(({ runId }) => runId === run!.runId);
    const places = rows.map(({ level, file, line }) => [level, file, line]);
    assert.deepEqual(places, [
      ["INFO", undefined, undefined],
      ["WARN", "fails.py", 3],
      ["ERROR", "fails.py", 4],
    ]);
    const lines = rows.at(-1)!.traceback!.split("\n");
    assert.equal(lines[0], "Traceback (most recent call last):");
    assert.deepEqual(lines.slice(1, 3), [
      '  File "fails.py", line 4, in process_writes',
      '    json.loads("{")',
    ]);
    assert.match(lines.at(-1)!, /^JSONDecodeError: /);
  });

  it("that have to be killed are recorded so, and the trigger works again within a second", async () => {
    await real.plugin(
      "stuck.py",
      `${REQUEST}\n    while query_parameters.get("hang"):\n        try:\n            while True: pass\n        except BaseException: pass\n    return "fine"\n`,
    );
    await real.trigger({ name: "stuck", pluginFilename: "stuck.py", specification: "request:stuck" });
    await real.engine.handleRequest("stuck", NO_REQUEST);
    await spareReady();
    await assert.rejects(real.engine.handleRequest("stuck", { ...NO_REQUEST, query: { hang: "yes" } }));
    const sinceMs = performance.now();
    const response = await real.engine.handleRequest("stuck", NO_REQUEST);
    const tookMs = performance.now() - sinceMs;
    assert.equal(new TextDecoder().decode(response!.body), "fine");
    assert.ok(tookMs < 1000, `${tookMs} ms`);
    assert.deepEqual(
      runsOf("stuck").map(({ outcome }) => outcome),
      ["ok", "killed", "ok"],
    );
    assert.equal(figures().ended.get("kill"), 1);
  });

  it("that fill the memory end in an error, and the next one has room and the cache", async () => {
    await real.plugin(
      "full.py",
      `${REQUEST}\n    cache = influxdb3_local.cache\n    if query_parameters.get("fill"):\n        cache.put("kept", 7)\n        bytearray(2 ** 31 - 1)\n    return str(cache.get("kept"))\n`,
    );
    await real.trigger({ name: "full", pluginFilename: "full.py", specification: "request:full" });
    await assert.rejects(real.engine.handleRequest("full", { ...NO_REQUEST, query: { fill: "yes" } }));
    const response = await real.engine.handleRequest("full", NO_REQUEST);
    assert.equal(new TextDecoder().decode(response!.body), "7");
    assert.equal(figures().ended.get("memory"), 1);
    assert.deepEqual(
      runsOf("full").map(({ outcome }) => outcome),
      ["memory", "ok"],
    );
  });

  it("that overlap share a cache outside of their interpreters", async () => {
    await real.plugin(
      "shared.py",
      `import time\n${REQUEST}\n    cache = influxdb3_local.cache\n    if query_parameters["do"] == "wait":\n        cache.put("started", True)\n        while cache.get("go") is None: time.sleep(0.01)\n        return "went"\n    if query_parameters["do"] == "go":\n        while cache.get("started") is None: time.sleep(0.01)\n        cache.put("go", 1)\n        return "sent"\n    cache.put("lock", lambda: 1)\n`,
    );
    await real.trigger({
      name: "shared",
      pluginFilename: "shared.py",
      specification: "request:shared",
      runAsync: true,
    });
    const call = async (what: string) => {
      const response = await real.engine.handleRequest("shared", { ...NO_REQUEST, query: { do: what } });
      return new TextDecoder().decode(response!.body);
    };
    assert.deepEqual(await Promise.all([call("wait"), call("go")]), ["went", "sent"]);
    await assert.rejects(call("lock"), /may overlap \(run_async\).*must be picklable/);
  });
});
