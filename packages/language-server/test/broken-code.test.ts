import assert from "node:assert/strict";
import { readRepositoryFile } from "./support/plugins.ts";
import { type RunningServer, startServer } from "./support/server.ts";

describe("code as it is while people write it", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  const unfinished: [what: string, fixture: string, expected: string][] = [
    ["a dot", "    influxdb3_local.‸", "query"],
    ["an open call around it", "    print(influxdb3_local.‸", "write"],
    ["an open bracket above", "    x = [1,\n    influxdb3_local.‸", "query"],
    ["an open string below", '    influxdb3_local.‸\n    y = "abc', "query"],
    ["an open triple quote below", '    influxdb3_local.‸\n    y = """abc\n', "query"],
    ["a chain", '    LineBuilder("x").tag("a", "b").‸', "int64_field"],
    ["a chain over lines", '    (\n        LineBuilder("x")\n        .‸\n    )', "tag"],
    ["an argument list that is not closed", "    influxdb3_local.cache.‸(", "put"],
  ];
  for (const [what, line, expected] of unfinished) {
    it(`is completed: ${what}`, async () => {
      const head = "def process_writes(influxdb3_local, table_batches, args=None):\n";
      const file = await server.editor.open(head + line);
      assert.ok((await file.complete()).some((item) => item.label === expected));
    });
  }

  it("has types in a definition that is being typed", async () => {
    const file = await server.editor.open("def helper(influxdb3_local, b\n    influxdb3_local.‸\n");
    assert.ok(Array.isArray(await file.complete()));
    assert.ok((await file.diagnostics()).some((it) => it.code === "syntax-error"));
  });

  it("keeps its places with Windows line ends and characters of two units", async () => {
    const file = await server.editor.open(
      [
        "def process_writes(influxdb3_local, table_batches, args=None): # 😀",
        "    title = '😀é'; influxdb3_local.«inof»('😀'); influxdb3_local.que‸ry('SELECT 1')",
        "    def helper(influxdb3_local, x='😀'): influxdb3_local.«wran»(x)",
        "",
      ].join("\r\n"),
    );
    await file.expect("unknown-member", "unknown-member");
    assert.match(await file.hoverText(), /Runs SQL/);
  });

  it("may end anywhere: no prefix of a plugin breaks the server", async () => {
    const text = readRepositoryFile("templates/wal/threshold_alert.py");
    const file = await server.editor.open("");
    for (let end = 0; end <= text.length; end += 61) {
      await file.change(`${text.slice(0, end)}‸`);
      await file.complete();
      await file.hover();
      await file.lenses();
    }
    await file.change(text);
    assert.deepEqual(await file.diagnostics(), []);
  });

  it("is followed edit by edit", async () => {
    const file = await server.editor.open("x = 1\n‸\n");
    assert.deepEqual(await file.lenses(), []);
    await file.type(
      "def process_scheduled_call(influxdb3_local, call_time, args=None):\n    influxdb3_local.inof(call_time)\n",
    );
    assert.deepEqual(
      (await file.lenses()).map((it) => it.range.start.line),
      [1, 1],
    );
    assert.deepEqual(
      (await file.diagnostics()).map((it) => it.code),
      ["unknown-member"],
    );
    await file.change("y = 2\n");
    assert.deepEqual([await file.lenses(), await file.diagnostics()], [[], []]);
  });

  it("may be 3,000 lines long", async () => {
    const functions = Array.from({ length: 600 }, (_, i) =>
      [
        `def helper_${i}(influxdb3_local, rows):`,
        `    line = LineBuilder("table_${i}").tag("host", rows[0]["host"])`,
        `    line.float64_field("value", sum(row["value"] for row in rows))`,
        `    influxdb3_local.write(line)`,
        `    return len(rows) + ${i}`,
      ].join("\n"),
    );
    const entryPoint = [
      "def process_writes(influxdb3_local, table_batches, args=None):",
      "    helper_599(influxdb3_local, table_batches[0]['rows'])",
      "    influxdb3_local.«inof»('x')",
      "    influxdb3_local.‸",
    ];
    const file = await server.editor.open([...functions, ...entryPoint, ""].join("\n"));
    assert.ok((await file.complete()).some((item) => item.label === "query"));
    assert.deepEqual(
      (await file.diagnostics()).map((it) => it.code),
      ["unknown-member", "syntax-error"],
    );
    assert.equal((await file.lenses()).length, 2);
  });
});
