import assert from "node:assert/strict";
import { Precision } from "@millrace/line-protocol";
import type { LineFrame } from "@millrace/plugin-runtime";
import { frame, messages, type Plugins, startPlugins, writes } from "./support.ts";

describe("table_batches", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins();
  });
  after(() => plugins.interpreter.dispose());

  const show = async (frames: LineFrame[], tables?: string[]) =>
    messages(await plugins.body("influxdb3_local.info(table_batches)", writes(frames, tables)))[0];

  it("are rows as written: tags, fields, then time, and only what the line has", async () => {
    assert.equal(
      await show([frame("cpu,host=A,region=west usage=1i,system=23.2 100")]),
      "[{'table_name': 'cpu', 'rows': [{'host': 'A', 'region': 'west', 'usage': 1, 'system': 23.2, 'time': 100}]}]",
    );
    assert.equal(
      await show([frame("m z=1,a=2 1\nm,t=x a=3 2")]),
      "[{'table_name': 'm', 'rows': [{'z': 1.0, 'a': 2.0, 'time': 1}, {'t': 'x', 'a': 3.0, 'time': 2}]}]",
    );
  });

  it("keep every type exact", async () => {
    const line =
      'm,t=\\ \\,\\= i=-9223372036854775808i,j=9007199254740993i,u=18446744073709551615u,v=7u,f=1e-7,b=t,c=false,s="a\\"b\\\\c",e="",n="é😀\n2" -9223372036854775806';
    assert.equal(
      await show([frame(line)]),
      "[{'table_name': 'm', 'rows': [{'t': ' ,=', 'i': -9223372036854775808, 'j': 9007199254740993, " +
        "'u': 18446744073709551615, 'v': 7, 'f': 1e-07, 'b': True, 'c': False, 's': 'a\"b\\\\c', 'e': '', " +
        "'n': 'é😀\\n2', 'time': -9223372036854775806}]}]",
    );
  });

  it("have one entry per table in order of appearance, over all frames, repetitions kept", async () => {
    assert.equal(
      await show([frame("b f=1 1\na f=1 1\nb f=1 1"), frame("c f=1\na f=2 2", 99n)]),
      "[{'table_name': 'b', 'rows': [{'f': 1.0, 'time': 1}, {'f': 1.0, 'time': 1}]}, " +
        "{'table_name': 'a', 'rows': [{'f': 1.0, 'time': 1}, {'f': 2.0, 'time': 2}]}, " +
        "{'table_name': 'c', 'rows': [{'f': 1.0, 'time': 99}]}]",
    );
  });

  it("are filtered by table, exactly by name", async () => {
    assert.equal(
      await show([frame("cpu f=1 1\nCPU f=2 2\nmem f=3 3")], ["CPU"]),
      "[{'table_name': 'CPU', 'rows': [{'f': 2.0, 'time': 2}]}]",
    );
    assert.equal(await show([frame("cpu f=1 1")], ["other"]), "[]");
    assert.equal(await show([]), "[]");
  });

  it("scale each frame by its own precision", async () => {
    const seconds = { ...frame("m f=1 5"), precision: Precision.second };
    assert.equal(
      await show([seconds, frame("m f=1 5")]),
      "[{'table_name': 'm', 'rows': [{'f': 1.0, 'time': 5000000000}, {'f': 1.0, 'time': 5}]}]",
    );
  });

  it("may be changed by the plugin without any effect on the next run", async () => {
    const frames = [frame("m,t=a f=1 1\nm,t=a f=2 2")];
    const source =
      "for row in table_batches[0]['rows']:\n    row.pop('t'); row['x'] = 1\ntable_batches.clear()";
    await plugins.body(source, writes(frames));
    assert.match((await show(frames)) ?? "", /'t': 'a', 'f': 2.0/);
  });

  it("of ten thousand rows are all there, in order", async () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, row) => `m,h=h${row % 50} n=${row}i,s="row ${row}" ${row}`,
    );
    const source = `
rows = table_batches[0]["rows"]
assert all(row == {"h": f"h{n % 50}", "n": n, "s": f"row {n}", "time": n} for n, row in enumerate(rows))
influxdb3_local.info(len(rows))`;
    assert.deepEqual(messages(await plugins.body(source, writes([frame(lines.join("\n"))]))), ["10000"]);
  });
});
