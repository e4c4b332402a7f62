import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { until } from "./support/fake-clock.ts";
import { RealEngine } from "./support/real-engine.ts";

const INIT = `
from .util import double
from pkg.sub import deep
count = 0
def process_writes(api, batches, args):
    global count
    count += 1
    api.info("run", count, double(21), deep.NAME)

def process_request(api, query, headers, body, args):
    return {"twice": double(int(body or b"1")), "q": query, "h": headers}
`;

describe("plugins of several files", function () {
  this.timeout(60_000);
  let real: RealEngine;
  before(async () => {
    real = await RealEngine.create();
    await real.plugin("pkg/__init__.py", INIT);
    await real.plugin("pkg/util.py", "def double(n):\n    return n * 2\n");
    await real.plugin("pkg/sub/__init__.py", "");
    await real.plugin("pkg/sub/deep.py", "NAME = 'deep'\n");
  });
  after(() => real.close());

  const infos = (trigger: string) => real.texts(trigger).filter((text) => text.startsWith("INFO run"));

  it("are imported once, keep their state, and are imported anew when one of their files has changed", async () => {
    await real.trigger({ name: "multi", pluginFilename: "pkg/", specification: "all_tables" });
    await real.base.write("cpu,host=a usage=1");
    await real.logged("multi", /INFO run 1 42 deep/);
    await real.base.write("cpu,host=a usage=2");
    await real.logged("multi", /INFO run 2 42 deep/);
    await real.plugin("pkg/util.py", "def double(n):\n    return n * 2 + 1\n");
    await real.base.write("cpu,host=a usage=3");
    await real.logged("multi", /INFO run 1 43 deep/);
    await real.engine.replacePluginDirectory("multi", [
      { relative_path: "__init__.py", content: INIT },
      { relative_path: "util.py", content: "double = lambda n: n" },
      { relative_path: "sub/__init__.py", content: "" },
      { relative_path: "sub/deep.py", content: "NAME = 'new'" },
    ]);
    await real.base.write("cpu,host=a usage=4");
    await real.logged("multi", /INFO run 1 21 new/);
    assert.equal(infos("multi").length, 4);
    await real.engine.disableTrigger("db", "multi");
  });

  it("name the file that failed", async () => {
    await real.plugin("failing/__init__.py", "from .inner import process_writes\n");
    await real.plugin(
      "failing/inner.py",
      "def process_writes(api, batches, args):\n    raise ValueError('no')\n",
    );
    const test = await real.engine.testWal({ filename: "failing", database: "db", input_lp: "cpu usage=1" });
    assert.deepEqual(test.errors, ["error executing plugin: ValueError: no"]);
    assert.deepEqual(
      test.traceback?.map(({ file, line }) => `${file}:${line}`),
      ["failing/inner.py:2"],
    );
  });

  it("are tested as they come with the request, without being saved", async () => {
    const files = {
      "__init__.py":
        "from .util import answer\nfrom . import data\ndef process_writes(api, b, args):\n    api.info(answer, data.X)\n",
      "util.py": "answer = 42",
      "data/__init__.py": "X = 'inline'",
    };
    for (const filename of ["fresh", "/home/me/plugins/fresh", "pkg"]) {
      const test = await real.engine.testWal({ filename, database: "db", input_lp: "cpu usage=1", files });
      assert.deepEqual([test.errors, test.log_lines[1]], [[], "INFO: 42 inline"], filename);
    }
    const changed = { ...files, "util.py": "answer = 43" };
    const test = await real.engine.testWal({
      filename: "fresh",
      database: "db",
      input_lp: "cpu usage=1",
      files: changed,
    });
    assert.equal(test.log_lines[1], "INFO: 43 inline");
    await assert.rejects(
      real.engine.testWal({ filename: "x", database: "db", input_lp: "", files: { "a.py": "" } }),
      /Plugin error: Multi-file plugin directory must contain __init__\.py/,
    );
  });

  it("answer requests, also in a test", async () => {
    const test = await real.engine.testRequest({
      filename: "pkg",
      database: "db",
      query_parameters: { a: "1" },
      headers: { "X-B": "2", Authorization: "Bearer secret" },
      body: "4",
    });
    assert.deepEqual(test.errors, []);
    assert.deepEqual(JSON.parse(test.response?.body ?? ""), { twice: 4, q: { a: "1" }, h: { "x-b": "2" } });
    assert.equal(test.log_lines[0], "INFO: starting execution of request plugin.");
  });

  it("are packages: a single file imports nothing of what lies beside it", async () => {
    const test = (line: string) =>
      real.engine.testWal({
        filename: "alone.py",
        database: "db",
        input_lp: "cpu usage=1",
        source: `${line}\ndef process_writes(api, batches, args):\n    pass\n`,
      });
    await real.plugin("beside.py", "X = 1");
    assert.deepEqual((await test("import beside")).errors, [
      "error executing plugin: ModuleNotFoundError: No module named 'beside'",
    ]);
    assert.deepEqual((await test("from . import beside")).errors, [
      `error executing plugin: KeyError: "'__name__' not in globals"`,
    ]);
  });

  describe("files of plugins", () => {
    it("are read where they lie, and written to a place of the trigger's own, where it finds them again", async () => {
      await mkdir(path.join(real.pluginDir, "config"));
      await writeFile(path.join(real.pluginDir, "config", "c.toml"), "limit = 7");
      await real.plugin(
        "state.py",
        `
import os, tomllib, pathlib
root = pathlib.Path(os.environ["PLUGIN_DIR"])
def process_writes(api, batches, args):
    config = tomllib.loads((root / "config" / "c.toml").read_text())
    state = root / "state.txt"
    seen = int(state.read_text()) if state.exists() else 0
    state.write_text(str(seen + 1))
    api.info("limit", config["limit"], "seen", seen)
`,
      );
      await real.trigger({ name: "files", pluginFilename: "state.py", specification: "all_tables" });
      await real.base.write("cpu,host=a usage=1");
      await real.logged("files", /INFO limit 7 seen 0/);
      await real.base.write("cpu,host=a usage=2");
      await real.logged("files", /INFO limit 7 seen 1/);
      await until(() => real.texts("files").length >= 6, "the second run's end");
      assert.equal(await readFile(path.join(real.written, "t", "state.txt"), "utf8"), "2");
      await assert.rejects(readFile(path.join(real.pluginDir, "state.txt")));
      const test = await real.engine.testWal({
        filename: "state.py",
        database: "db",
        input_lp: "cpu usage=1",
      });
      assert.equal(test.log_lines[1], "INFO: limit 7 seen 0");
    });
  });

  describe("the clock of plugin tests", () => {
    const source =
      "import time, datetime\ndef process_scheduled_call(api, t, args):\n    api.info(t, time.time(), datetime.datetime.now())\n";

    it("stands still at the time that the test asks for", async () => {
      const test = await real.engine.testSchedule({
        filename: "x.py",
        database: "db",
        source,
        schedule: "0 0 * * * *",
        now: "2020-02-29T12:30:00+00:00",
      });
      assert.equal(test.trigger_time, "2020-02-29T13:00:00Z");
      assert.equal(test.log_lines[1], "INFO: 2020-02-29 13:00:00 1582979400.0 2020-02-29 12:30:00");
    });

    it("is refused when no calendar has that time", async () => {
      for (const now of ["today", "2021-02-29T00:00:00Z", "2021-02-28"]) {
        await assert.rejects(
          real.engine.testSchedule({ filename: "x.py", database: "db", source, now }),
          /now: '.*' is not an RFC 3339 time/,
        );
      }
    });
  });
});
