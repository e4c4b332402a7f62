import assert from "node:assert/strict";
import type { ProcessingEngine } from "#src/engine/index.js";
import { RealEngine } from "./support/real-engine.ts";

describe("plugin tests", function () {
  this.timeout(60_000);
  let real: RealEngine;
  before(async () => {
    real = await RealEngine.create();
    await real.plugin(
      "t.py",
      `
def process_writes(influxdb3_local, table_batches, args=None):
    influxdb3_local.info("hi", args, [b["table_name"] for b in table_batches])
    influxdb3_local.warn("careful")
    out = LineBuilder("out").tag("a", "b").int64_field("v", 1)
    influxdb3_local.write(out)
    influxdb3_local.write_to_db("fresh", out)
    influxdb3_local.write_sync(LineBuilder("first").int64_field("v", 2), no_sync=True)

def process_scheduled_call(influxdb3_local, call_time, args=None):
    influxdb3_local.info(call_time)
`,
    );
  });
  after(() => real.close());

  const test = (body: Partial<Parameters<ProcessingEngine["testWal"]>[0]> = {}) =>
    real.engine.testWal({
      filename: "t.py",
      database: "db",
      input_lp: "cpu,host=a usage=1\nmem f=1",
      ...body,
    });

  it("show logs, writes and errors, and write nothing", async () => {
    const result = await test({ input_arguments: { k: "v" } });
    const finish = result.log_lines.pop();
    assert.match(finish ?? "", /^INFO: finished execution in /);
    assert.deepEqual(result.log_lines, [
      "INFO: starting execution of wal plugin.",
      "INFO: hi {'k': 'v'} ['cpu', 'mem']",
      "WARN: careful",
    ]);
    assert.deepEqual(result.database_writes, { db: ["first v=2i", "out,a=b v=1i"], fresh: ["out,a=b v=1i"] });
    assert.deepEqual(result.errors, []);
    assert.deepEqual(
      result.events?.map(({ kind, line, file }) => `${kind} ${file}:${line}`),
      ["log t.py:3", "log t.py:4", "write t.py:6", "write t.py:7", "write t.py:8"],
    );
    assert.ok((result.durationMs ?? 0) > 0);
    assert.deepEqual(real.rows("out"), []);
    assert.equal(real.base.catalog.database("fresh"), undefined);
    assert.equal(real.base.catalog.database("db")?.table("mem"), undefined);
    assert.deepEqual(real.engine.logs(), [], "tests are not in the triggers' log");
  });

  it("take a database that does not exist, and run a source that is on no disk", async () => {
    const source = "def process_writes(api, batches, args):\n    api.info(args)\n";
    const result = await test({ filename: "editor.py", database: "nowhere", source });
    assert.equal(result.log_lines[1], "INFO: None");
    assert.equal(result.events?.[0]?.file, "editor.py");
  });

  const failures: [what: string, body: Parameters<typeof test>[0], error: string | RegExp][] = [
    ["a bad database name", { database: "bad name!" }, "invalid database bad name!"],
    ["bad lines", { input_lp: "cpu" }, /^line protocol parse failed: /],
    [
      "lines that do not fit the schema",
      { input_lp: "cpu usage=t" },
      /^line protocol parse failed: invalid column type/,
    ],
    [
      "an exception",
      { source: "def process_writes(*a):\n    raise ValueError()\n" },
      "error executing plugin: ValueError: ",
    ],
    [
      "a syntax error",
      { source: "def process_writes(*a):\n  pass\n    pass\n" },
      "error executing plugin: IndentationError: unexpected indent (<string>, line 3)",
    ],
    [
      "a missing function",
      { source: "x = 1" },
      "error executing plugin: the process_writes function is not present in the plugin. Should be defined as: process_writes(influxdb3_local, table_batches, args=None)",
    ],
  ];
  for (const [what, body, error] of failures) {
    it(`report ${what}`, async () => {
      const result = await test(body);
      assert.deepEqual([result.log_lines, result.database_writes, result.errors.length], [[], {}, 1]);
      if (typeof error === "string") assert.equal(result.errors[0], error);
      else assert.match(result.errors[0] ?? "", error);
    });
  }

  it("keep the events and the traceback of a plugin that raised", async () => {
    const source =
      "def process_writes(api, batches, args):\n    api.info('before')\n    helper()\n\ndef helper():\n    1 / 0\n";
    const result = await test({ source });
    assert.deepEqual(result.errors, ["error executing plugin: ZeroDivisionError: division by zero"]);
    assert.deepEqual(
      result.events?.map(({ kind, line }) => `${kind} ${line}`),
      ["log 2", "error 6"],
    );
    assert.deepEqual(
      result.traceback?.map((frame) => `${frame.file}:${frame.line} ${frame.function}`),
      ["t.py:3 process_writes", "t.py:6 helper"],
    );
  });

  it("check the would-be writes against the schema, and still list them", async () => {
    const build = (text: string) =>
      `class L:\n    def build(self):\n        return ${JSON.stringify(text)}\n`;
    const source = (text: string, database: string) =>
      `${build(text)}def process_writes(api, batches, args):\n    api.write_to_db("${database}", L())\n`;
    const conflict = await test({ source: source("cpu usage=1i", "db") });
    assert.deepEqual(conflict.database_writes, { db: ["cpu usage=1i"] });
    assert.match(
      conflict.errors[0] ?? "",
      /^Failed to validate output lines to db db: invalid column type for column 'usage'/,
    );
    const broken = await test({ source: source("cpu", "db") });
    assert.match(broken.errors[0] ?? "", /^line protocol parse error on write to db db: /);
    const named = await test({ source: source("cpu usage=1", "_bad") });
    assert.match(named.errors[0] ?? "", /^database name _bad is invalid: db name did not start/);
  });

  it("share a cache by its name, and nothing with other names or with triggers", async () => {
    const source =
      "def process_writes(api, batches, args):\n    n = api.cache.get('n', 0) + 1\n    g = api.cache.get('g', 0, True) + 1\n    api.cache.put('n', n)\n    api.cache.put('g', g, None, True)\n    api.info(n, g)\n";
    const count = async (cache_name?: string) =>
      (await test({ source, ...(cache_name ? { cache_name } : {}) })).log_lines[1];
    assert.equal(await count(), "INFO: 1 1");
    assert.equal(await count(), "INFO: 2 2");
    assert.equal(await count("mine"), "INFO: 1 1");
    assert.equal(await count("_shared_test"), "INFO: 3 3");
  });

  it("run a schedule at its next time", async () => {
    const schedule = { filename: "t.py", database: "db" };
    const result = await real.engine.testSchedule({ ...schedule, schedule: "0 0 0 1 1 ? 2099" });
    assert.equal(result.trigger_time, "2099-01-01T00:00:00Z");
    assert.deepEqual(result.log_lines.slice(0, 2), [
      "INFO: starting execution with scheduled time 2099-01-01 00:00:00 UTC",
      "INFO: 2099-01-01 00:00:00",
    ]);
    assert.match(
      (await real.engine.testSchedule(schedule)).trigger_time ?? "",
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
    const failed = async (body: { database?: string; schedule?: string }) => {
      const { errors, trigger_time } = await real.engine.testSchedule({ ...schedule, ...body });
      assert.equal(trigger_time, null);
      return errors[0] ?? "";
    };
    assert.equal(await failed({ database: "none" }), "couldn't find db");
    assert.match(await failed({ schedule: "nonsense" }), /^invalid cron syntax: /);
    assert.equal(
      await failed({ schedule: "0 0 0 1 1 ? 2001" }),
      "cron schedule never triggers: 0 0 0 1 1 ? 2001",
    );
  });

  it("refuse files as triggers do", async () => {
    await assert.rejects(
      test({ filename: "../t.py" }),
      /^ServerError: Plugin error: Path traversal detected/,
    );
    await assert.rejects(
      test({ filename: "missing.py" }),
      /Plugin error: reading plugin file: Plugin not found/,
    );
  });
});
