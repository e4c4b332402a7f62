import assert from "node:assert/strict";
import { messages, type Plugins, startPlugins } from "./support.ts";

describe("influxdb3_local", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins();
  });
  after(() => plugins.interpreter.dispose());

  /** `Type: text` of what a statement raises. */
  const failure = async (statement: string) => {
    const source = `try:\n    ${statement}\nexcept BaseException as error:\n    print(type(error).__name__ + ": " + str(error))`;
    const outcome = await plugins.body(source);
    return outcome.events.flatMap((event) => (event.kind === "print" ? [event.message] : [])).join("\n");
  };

  it("has exactly the documented attributes, and is new for each run", async () => {
    const source = `
influxdb3_local.info(type(influxdb3_local).__name__, sorted(name for name in dir(influxdb3_local) if not name.startswith("_")))
influxdb3_local.info(influxdb3_local.cache.get("api") is influxdb3_local)
influxdb3_local.cache.put("api", influxdb3_local)`;
    await plugins.body(source);
    assert.deepEqual(messages(await plugins.body(source)), [
      "PyPluginCallApi ['cache', 'error', 'info', 'query', 'warn', 'write', 'write_sync', 'write_sync_to_db', 'write_to_db']",
      "False",
    ]);
  });

  describe("logging", () => {
    it("joins any values with spaces, keeps newlines, and is heard at once", async () => {
      plugins.host.logged.length = 0;
      const outcome = await plugins.body(
        'influxdb3_local.info("a", 1, None, [1.5])\ninfluxdb3_local.warn()\ninfluxdb3_local.error("two\\nlines", "é😀")',
      );
      assert.deepEqual(outcome.logs, [
        { level: "INFO", message: "a 1 None [1.5]", file: "plugin.py", line: 2 },
        { level: "WARN", message: "", file: "plugin.py", line: 3 },
        { level: "ERROR", message: "two\nlines é😀", file: "plugin.py", line: 4 },
      ]);
      assert.deepEqual(plugins.host.logged, outcome.logs);
    });

    it("raises what __str__ raises, and what cannot be UTF-8", async () => {
      assert.equal(
        await failure(
          'class Bad:\n        def __str__(self): raise ValueError("no text")\n    influxdb3_local.info(Bad())',
        ),
        "ValueError: no text",
      );
      assert.match(await failure('influxdb3_local.info("\\ud800")'), /^UnicodeEncodeError/);
      assert.match(await failure('influxdb3_local.info(x="1")'), /^TypeError/);
    });
  });

  describe("writing", () => {
    const line = 'LineBuilder("m").int64_field("f", 1)';

    it("queues what was built at the call, in order, with its place", async () => {
      const outcome = await plugins.body(`
line = ${line}
influxdb3_local.write(line)
line.int64_field("f", 2)
influxdb3_local.write_to_db("other", line)
influxdb3_local.write_to_db(db_name="other", line_builder=line)`);
      assert.deepEqual(outcome.writes, [
        { database: "db", text: "m f=1i", sync: false, file: "plugin.py", line: 4 },
        { database: "other", text: "m f=2i", sync: false, file: "plugin.py", line: 6 },
        { database: "other", text: "m f=2i", sync: false, file: "plugin.py", line: 7 },
      ]);
      assert.deepEqual(plugins.host.written, []);
    });

    it("takes anything with build(), several lines too", async () => {
      const source = `
class Lines:
    def build(self):
        return "a f=1\\nb f=2"
influxdb3_local.write(Lines())`;
      assert.equal((await plugins.body(source)).writes[0]?.text, "a f=1\nb f=2");
    });

    it("raises for what build() gives or raises", async () => {
      const bad = (value: string) =>
        `influxdb3_local.write(type("B", (), {"build": lambda self: ${value}})())`;
      assert.equal(await failure(bad("3")), "TypeError: 'int' object cannot be converted to 'PyString'");
      assert.equal(await failure(bad("1 // 0")), "ZeroDivisionError: division by zero");
      assert.match(await failure("influxdb3_local.write('m f=1')"), /^AttributeError/);
      assert.equal(
        await failure('influxdb3_local.write(LineBuilder("m"))'),
        "InvalidLineError: At least one field is required: m",
      );
      assert.equal(
        await failure(`influxdb3_local.write_to_db(5, ${line})`),
        "TypeError: argument 'db_name': 'int' object cannot be converted to 'PyString'",
      );
    });

    it("now: hands the line to the host and raises what it answers", async () => {
      plugins.host.written.length = 0;
      await plugins.body(
        `influxdb3_local.write_sync(${line}, True)\ninfluxdb3_local.write_sync_to_db("other", ${line}, no_sync=False)`,
      );
      assert.deepEqual(plugins.host.written, [
        { database: "db", text: "m f=1i", noSync: true },
        { database: "other", text: "m f=1i", noSync: false },
      ]);
      plugins.host.refuseWrite = "error writing line protocol to db: Cannot write: it is full";
      assert.equal(
        await failure(`influxdb3_local.write_sync(${line}, no_sync=True)`),
        "Exception: error writing line protocol to db: Cannot write: it is full",
      );
      plugins.host.refuseWrite = undefined;
      assert.match(await failure(`influxdb3_local.write_sync(${line})`), /^TypeError.*no_sync/);
      assert.equal(
        await failure(`influxdb3_local.write_sync(${line}, 1)`),
        "TypeError: argument 'no_sync': 'int' object cannot be converted to 'PyBool'",
      );
    });

    it("in a test collects synchronous writes instead", async () => {
      plugins.host.written.length = 0;
      const outcome = await plugins.body(
        `influxdb3_local.write(${line})\ninfluxdb3_local.write_sync(${line}, no_sync=False)`,
        { test: true },
      );
      assert.deepEqual(
        outcome.writes.map((write) => write.sync),
        [false, true],
      );
      assert.deepEqual(plugins.host.written, []);
    });
  });

  describe("cache", () => {
    const get = async (key: string, namespace = "trigger-1") =>
      messages(
        await plugins.body(`influxdb3_local.info(influxdb3_local.cache.get("${key}"))`, {
          cacheNamespace: namespace,
        }),
      )[0];

    it("keeps any object by reference between runs", async () => {
      await plugins.body(
        'import threading\ninfluxdb3_local.cache.put("list", [1, threading.Lock(), lambda: 7])',
      );
      await plugins.body('influxdb3_local.cache.get("list").append(2)');
      const source =
        'value = influxdb3_local.cache.get("list")\ninfluxdb3_local.info(value[0], value[2](), value[3])';
      assert.deepEqual(messages(await plugins.body(source)), ["1 7 2"]);
    });

    it("separates namespaces, and drops one on demand", async () => {
      await plugins.body('influxdb3_local.cache.put("k", 1)', { cacheNamespace: "a" });
      assert.equal(await get("k", "b"), "None");
      assert.equal(await get("k", "a"), "1");
      await plugins.interpreter.dropCache("a");
      assert.equal(await get("k", "a"), "None");
    });

    it("gives defaults and tells whether something was deleted", async () => {
      const source = `
cache = influxdb3_local.cache
influxdb3_local.info(cache.get("absent"), cache.get("absent", 5), cache.get(key="absent", default=6, use_global=False))
cache.put("present", None)
influxdb3_local.info(cache.get("present", 5), cache.delete("present"), cache.delete("present"), cache.get("present", 5))`;
      assert.deepEqual(messages(await plugins.body(source)), ["None 5 6", "None True False 5"]);
    });

    it("forgets by time to live, which a later put takes away and a get does not extend", async () => {
      const source = `
import time
cache = influxdb3_local.cache
cache.put("now", 1, 0)
cache.put("soon", 1, ttl=0.02)
cache.put("kept", 1, 0.02)
cache.put("kept", 2)
first = cache.get("soon")
time.sleep(0.03)
influxdb3_local.info(cache.get("now"), first, cache.get("soon"), cache.get("kept"))`;
      assert.deepEqual(messages(await plugins.body(source)), ["None 1 None 2"]);
    });

    it("refuses what the original refuses", async () => {
      const failures: [string, string][] = [
        ["put(1, 2)", "TypeError: argument 'key': 'int' object cannot be converted to 'PyString'"],
        ["get(None)", "TypeError: argument 'key': 'NoneType' object cannot be converted to 'PyString'"],
        ["put('k', 1, -1)", "ValueError: cannot convert float seconds to Duration: value is negative"],
        [
          "put('k', 1, float('nan'))",
          "ValueError: cannot convert float seconds to Duration: value is either too big or NaN",
        ],
        [
          "put('k', 1, 1e300)",
          "ValueError: cannot convert float seconds to Duration: value is either too big or NaN",
        ],
        ["put('k', 1, '5')", "TypeError: argument 'ttl': must be real number, not str"],
      ];
      for (const [call, text] of failures) assert.equal(await failure(`influxdb3_local.cache.${call}`), text);
    });

    it("is shared through the host when global", async () => {
      await plugins.body('influxdb3_local.cache.put("g", {"a": [1, 2 ** 70]}, ttl=60, use_global=True)');
      assert.equal(plugins.host.cached.get("g")?.ttlMs, 60_000);
      const source = `
cache = influxdb3_local.cache
influxdb3_local.info(cache.get("g"), cache.get("g", use_global=True), cache.get("none", 3, use_global=True))
influxdb3_local.info(cache.delete("g", use_global=True), cache.delete("g", use_global=True))`;
      assert.deepEqual(messages(await plugins.body(source, { cacheNamespace: "another" })), [
        "None {'a': [1, 1180591620717411303424]} 3",
        "True False",
      ]);
      assert.match(
        await failure('influxdb3_local.cache.put("g", lambda: 1, use_global=True)'),
        /^TypeError: cache.put\('g'.*must be picklable/,
      );
    });

    it("lives in the host when runs may overlap, apart from other triggers", async () => {
      const overlapping = { cacheNamespace: "1/2/3", cache: "host" } as const;
      await plugins.body('influxdb3_local.cache.put("k", [1], ttl=60)', overlapping);
      assert.deepEqual([...plugins.host.localCached.keys()], ["1/2/3 k"]);
      const source = `
cache = influxdb3_local.cache
value = cache.get("k")
value.append(2)
influxdb3_local.info(value, cache.get("k"), cache.get("k", use_global=True), cache.delete("k"), cache.get("k", 0))`;
      assert.deepEqual(messages(await plugins.body(source, overlapping)), ["[1, 2] [1] None True 0"]);
      assert.deepEqual(messages(await plugins.body('influxdb3_local.info(influxdb3_local.cache.get("k"))')), [
        "None",
      ]);
    });

    it("says why it cannot keep a value of runs that may overlap", async () => {
      const outcome = await plugins.run(
        "def process_writes(influxdb3_local, table_batches, args):\n    influxdb3_local.cache.put('f', lambda: 1)",
        { cache: "host" },
      );
      assert.match(
        outcome.error?.text ?? "",
        /^TypeError: cache\.put\('f', …\): the runs of this trigger may overlap \(run_async\).*--run-asynchronous/,
      );
    });

    it("moves to another interpreter when its values can be packed", async () => {
      const other = await startPlugins();
      try {
        await plugins.body(
          'influxdb3_local.cache.put("a", [1])\ninfluxdb3_local.cache.put("b", 2, ttl=100)',
          {
            cacheNamespace: "moving",
          },
        );
        const packed = await plugins.interpreter.packCache("moving");
        assert.ok("bytes" in packed);
        await other.interpreter.unpackCache("moving", packed.bytes);
        const source = 'influxdb3_local.info(influxdb3_local.cache.get("a"), influxdb3_local.cache.get("b"))';
        assert.deepEqual(messages(await other.body(source, { cacheNamespace: "moving" })), ["[1] 2"]);
        await plugins.body('influxdb3_local.cache.put("c", lambda: 1)', { cacheNamespace: "moving" });
        assert.ok("refused" in (await plugins.interpreter.packCache("moving")));
        await plugins.body('influxdb3_local.cache.put("d", bytes(17 * 2 ** 20))', {
          cacheNamespace: "large",
        });
        const refused = await plugins.interpreter.packCache("large");
        assert.match("refused" in refused ? refused.refused : "", /more than 16777216 bytes are not kept/);
      } finally {
        await other.interpreter.dispose();
      }
    });
  });
});
