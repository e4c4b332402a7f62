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

  it("give a repeated name its first place and its last value", async () => {
    assert.equal(
      await show([frame("m,a=t a=1,b=2,time=5 7\nm,a=u a=3,b=4,time=6 8")]),
      "[{'table_name': 'm', 'rows': [{'a': 1.0, 'b': 2.0, 'time': 7}, {'a': 3.0, 'b': 4.0, 'time': 8}]}]",
    );
  });

  it("of lines that have other fields each time are all there, in order", async () => {
    const fieldsPerLine = 80;
    const names = (row: number) =>
      Array.from({ length: fieldsPerLine }, (_, i) => `f${(row * 31 + i * 7) % 997}`);
    const lines = Array.from({ length: 1500 }, (_, row) => {
      const fields = names(row).map((name, i) => `${name}=${row + i}i`);
      return `m,h=h${row % 3}${row % 2 === 0 ? ",k=x" : ""} ${fields.join(",")} ${row}`;
    });
    const source = `
for n, row in enumerate(table_batches[0]["rows"]):
    expected = {"h": f"h{n % 3}"} | ({"k": "x"} if n % 2 == 0 else {})
    expected |= {f"f{(n * 31 + i * 7) % 997}": n + i for i in range(${fieldsPerLine})} | {"time": n}
    assert row == expected and list(row) == list(expected), n
    row["more"] = row.pop("h")
    assert "h" not in row and row["more"] == f"h{n % 3}" and len(row) == len(expected)
influxdb3_local.info(len(table_batches[0]["rows"]))`;
    for (let run = 0; run < 2; run++) {
      assert.deepEqual(messages(await plugins.body(source, writes([frame(lines.join("\n"))]))), ["1500"]);
    }
  });

  it("count each reference to what their rows share", async () => {
    const lines = Array.from({ length: 100 }, () => "m,tag=shared i=7i,b=true 1700000000000000000");
    const source = `
import sys
cache = influxdb3_local.cache
rows = table_batches[0]["rows"]
if table_batches[0]["table_name"] == "m":
    shared = [rows[0][name] for name in ("tag", "time")] + [list(rows[0])[0]]
    cache.put("shared", shared)
    cache.put("before", [sys.getrefcount(value) for value in shared])
else:
    after = [sys.getrefcount(value) for value in cache.get("shared")]
    influxdb3_local.info([one - other for one, other in zip(cache.get("before"), after)])`;
    await plugins.body(source, writes([frame(lines.join("\n"))]));
    const told = messages(await plugins.body(source, writes([frame("n i=7i 1700000000000000000")])));
    // The time is also that of the other row.
    assert.deepEqual(told, ["[100, 99, 100]"]);
  });

  it("are collected as garbage when a plugin made circles of them", async () => {
    const source = `
import gc, weakref
class Mark: pass
cache = influxdb3_local.cache
row = table_batches[0]["rows"][0]
if cache.get("mark") is None:
    row["mark"] = Mark()
    row["self"] = row
    table_batches[0]["rows"][1]["all"] = table_batches
    table_batches[0]["rows"][1]["mark"] = Mark()
    kept = table_batches[0]["rows"][2]
    cache.put("kept", kept)
    cache.put("mark", [weakref.ref(row["mark"]), weakref.ref(table_batches[0]["rows"][1]["mark"])])
else:
    gc.collect()
    influxdb3_local.info([mark() is None for mark in cache.get("mark")], cache.get("kept"))`;
    const written = writes([frame("m v=1i 1\nm v=2i 2\nm v=3i 3")]);
    await plugins.body(source, written);
    assert.deepEqual(messages(await plugins.body(source, written)), ["[True, True] {'v': 3, 'time': 3}"]);
  });
});
